"""
Asks Django itself, on the schema of DATABASE_URL: `before` sets a password and opens what a password opens, `after` says what of it still
works. Prints claims as JSON, by name, true or false.
python django.py before|after STATE-FILE
"""

import json
import os
import sys
from urllib.parse import unquote, urlparse

import pymysql

pymysql.version_info = (2, 2, 8, "final", 0)  # what Django asks of mysqlclient
pymysql.install_as_MySQLdb()

sys.path = [folder for folder in sys.path if os.path.abspath(folder or ".") != os.path.dirname(os.path.abspath(__file__))]
import django  # noqa: E402
from django.conf import settings  # noqa: E402

url = urlparse(os.environ["DATABASE_URL"])
settings.configure(
    SECRET_KEY="key of the test",
    USE_TZ=True,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.mysql",
            "NAME": url.path[1:],
            "USER": unquote(url.username or "root"),
            "PASSWORD": unquote(url.password or ""),
            "HOST": url.hostname,
            "PORT": url.port or 3306,
            "OPTIONS": {"charset": "utf8mb4"},
        }
    },
)
django.setup()

from django.contrib.auth import authenticate, get_user, login  # noqa: E402
from django.contrib.auth.forms import PasswordResetForm, SetPasswordForm  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402
from django.contrib.auth.tokens import default_token_generator  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.http import HttpRequest  # noqa: E402

OLD = "the stolen password"
CHOSEN = "a password of after the notice"
phase, state_file = sys.argv[1:]


def request(session_key=None):
    made = HttpRequest()
    made.META.update(SERVER_NAME="shop.test", SERVER_PORT="80", REMOTE_ADDR="127.0.0.1")
    made.session = SessionStore(session_key)
    return made


def signs_in(password):
    return authenticate(username="ann", password=password) is not None


def is_asked(address):
    return [user.username for user in PasswordResetForm().get_users(address)]


claims = {"version": django.get_version()}
ann = User.objects.get(username="ann")
if phase == "before":
    ann.set_password(OLD)
    ann.save()
    signed_in = request()
    login(signed_in, ann, backend="django.contrib.auth.backends.ModelBackend")
    signed_in.session.save()
    with open(state_file, "w") as file:
        json.dump({"session": signed_in.session.session_key, "token": default_token_generator.make_token(ann)}, file)
with open(state_file) as file:
    state = json.load(file)
claims["the password signs in"] = signs_in(OLD)
claims["the value itself signs in"] = signs_in(ann.password)
claims["the session is good"] = get_user(request(state["session"])).is_authenticated
claims["the reset link is good"] = default_token_generator.check_token(User.objects.get(pk=ann.pk), state["token"])
claims["who has no password can reset"] = "cem" in is_asked("cem@x.test")
if phase == "after":
    claims["the reset finds the account"] = is_asked("ann@x.test") == ["ann"]
    fresh = default_token_generator.make_token(ann)
    claims["the new reset link is good"] = default_token_generator.check_token(ann, fresh)
    form = SetPasswordForm(ann, {"new_password1": CHOSEN, "new_password2": CHOSEN})
    claims["the new password is taken"] = form.is_valid()
    form.save()
    claims["the new password signs in"] = signs_in(CHOSEN)
    # The trap: what begins with "!" is refused at the login as well, but its owner gets no mail.
    User.objects.filter(pk=ann.pk).update(password="!")
    claims["a value that begins with ! can be reset"] = is_asked("ann@x.test") == ["ann"]
print(json.dumps(claims))
