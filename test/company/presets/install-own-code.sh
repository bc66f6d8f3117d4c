#!/bin/bash
# Fetches what own-code.test.ts asks about the shipped mappings: code of these systems that a package registry has. What cannot be had is
# said, and its tests are skipped with the reason; this never fails. Keeps all of it in .local/own-code, and does nothing twice.
set -uo pipefail
cd "$(dirname "$0")/../../.."
kept=.local/own-code
mkdir -p "$kept"
django=5.2.19 keycloak=26.4.7
php_packages="php-cli php-mysql php-mbstring php-illuminate-hashing php-illuminate-auth php-illuminate-database"

# say PART: the reason why it is not there, where the test looks for it.
say() { echo "own code: no $1: $2" && echo "$2" >"$kept/$1.missing"; }

apt_get() { DEBIAN_FRONTEND=noninteractive timeout 400 apt-get -qq -o DPkg::Lock::Timeout=60 "$@" >>"$kept/apt.log" 2>&1; }

refreshed=no
refresh() { # the lists of packages, once
  [[ $refreshed == yes ]] || { apt_get update && refreshed=yes; }
}

may_install() { [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; }

php() {
  command -v php >/dev/null && [[ -d /usr/share/php/Illuminate/Auth && -d /usr/share/php/Illuminate/Database ]] && command php -r 'exit(extension_loaded("mysqli") && extension_loaded("pdo_mysql") ? 0 : 1);' && return
  may_install || { say php 'php-cli and php-illuminate-auth are installed by apt-get, as root on Debian'; return; }
  # shellcheck disable=SC2086 # one argument a package
  refresh && apt_get install -y --no-install-recommends $php_packages || say php "apt-get install $php_packages failed, see $kept/apt.log"
}

wordpress() { # unpacked, never installed: it would bring a web server
  [[ -e $kept/wordpress/usr/share/wordpress/wp-settings.php ]] && return
  may_install || { say wordpress 'it comes out of a package of Debian, by apt-get as root'; return; }
  refresh && (cd "$kept" && timeout 300 apt-get -qq download wordpress >>apt.log 2>&1 && dpkg -x wordpress_*.deb wordpress.new && mv wordpress.new wordpress; rm -f wordpress_*.deb) &&
    [[ -e $kept/wordpress/usr/share/wordpress/wp-settings.php ]] || say wordpress "apt-get download wordpress failed, see $kept/apt.log"
}

django() {
  [[ -e $kept/django-$django/done ]] && return
  command -v python3 >/dev/null || { say django 'no python3 on PATH'; return; }
  { python3 -m venv "$kept/django-$django" && timeout 300 "$kept/django-$django/bin/pip" -q install "django==$django" 'PyMySQL==1.1.2' cryptography && touch "$kept/django-$django/done"; } >"$kept/pip.log" 2>&1 ||
    say django "pip install django==$django failed, see $kept/pip.log"
}

keycloak() {
  [[ -e $kept/keycloak-$keycloak/bin/kc.sh ]] && return
  command -v java >/dev/null || { say keycloak 'no java on PATH'; return; }
  command -v mvn >/dev/null || { say keycloak 'no mvn on PATH, which fetches it'; return; }
  command -v unzip >/dev/null || { say keycloak 'no unzip on PATH'; return; }
  {
    timeout 500 mvn -q -B dependency:copy -Dartifact="org.keycloak:keycloak-quarkus-dist:$keycloak:zip" -DoutputDirectory="$PWD/$kept" &&
      rm -rf "$kept/unpacked" && unzip -q "$kept/keycloak-quarkus-dist-$keycloak.zip" -d "$kept/unpacked" && mv "$kept/unpacked/keycloak-$keycloak" "$kept/"
  } >"$kept/mvn.log" 2>&1 || say keycloak "mvn dependency:copy failed, see $kept/mvn.log"
  rm -rf "$kept/keycloak-quarkus-dist-$keycloak.zip" "$kept/unpacked"
}

rm -f "$kept"/*.missing
php
wordpress
django
keycloak
exit 0
