<?php
/**
 * Asks WordPress itself, on the schema of DATABASE_URL: `before` sets passwords and opens what a password opens, `after` says what of it
 * still works. Prints claims as JSON, by name, true or false.
 * php wordpress.php before|after FOLDER-OF-WORDPRESS STATE-FILE
 */
[, $phase, $folder, $stateFile] = $argv;
error_reporting(E_ALL & ~E_DEPRECATED);
ini_set('display_errors', 'stderr');
$url = parse_url(getenv('DATABASE_URL'));
define('DB_NAME', substr($url['path'], 1));
define('DB_USER', rawurldecode($url['user'] ?? 'root'));
define('DB_PASSWORD', rawurldecode($url['pass'] ?? ''));
define('DB_HOST', $url['host'] . ':' . ($url['port'] ?? 3306));
define('DB_CHARSET', 'utf8mb4');
define('DB_COLLATE', '');
foreach (['AUTH', 'SECURE_AUTH', 'LOGGED_IN', 'NONCE'] as $scheme) {
    define("{$scheme}_KEY", "key of the test for $scheme");
    define("{$scheme}_SALT", "salt of the test for $scheme");
}
define('ABSPATH', "$folder/");
define('WP_DEBUG', false);
define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
$table_prefix = 'wp_';
$_SERVER += ['HTTP_HOST' => 'shop.test', 'REQUEST_URI' => '/', 'REMOTE_ADDR' => '127.0.0.1', 'SERVER_PROTOCOL' => 'HTTP/1.1'];
// WordPress lets a site bring its own; there is no mail here.
function wp_mail() { return true; }
require ABSPATH . 'wp-settings.php';

const OLD = 'the stolen password';
const CHOSEN = 'a password of after the notice';
$signsIn = fn ($name, $password) => wp_authenticate($name, $password) instanceof WP_User;
$claims = ['version' => $wp_version];
if ($phase === 'before') {
    wp_set_password(OLD, 2);
    $wpdb->update('wp_users', ['user_pass' => md5(OLD)], ['ID' => 3]); // as in the days before phpass
    clean_user_cache(3);
    $until = time() + 86400;
    $cookie = wp_generate_auth_cookie(2, $until, 'logged_in', WP_Session_Tokens::get_instance(2)->create($until));
    $key = get_password_reset_key(get_user_by('id', 2));
    file_put_contents($stateFile, json_encode(['cookie' => $cookie, 'key' => $key]));
    $claims['the password signs in by name'] = $signsIn('ann', OLD);
    $claims['the password signs in by address'] = $signsIn('ann@x.test', OLD);
    $claims['an old MD5 signs in'] = $signsIn('bob', OLD);
    $claims['the cookie signs in'] = wp_validate_auth_cookie($cookie, 'logged_in') === 2;
    $claims['the reset key is good'] = check_password_reset_key($key, 'ann') instanceof WP_User;
} else {
    ['cookie' => $cookie, 'key' => $key] = json_decode(file_get_contents($stateFile), true);
    $claims['the password signs in by name'] = $signsIn('ann', OLD);
    $claims['the password signs in by address'] = $signsIn('ann@x.test', OLD);
    $claims['an old MD5 signs in'] = $signsIn('bob', OLD);
    $claims['the value itself signs in'] = $signsIn('ann', get_user_by('id', 2)->user_pass);
    $claims['the cookie signs in'] = wp_validate_auth_cookie($cookie, 'logged_in') === 2;
    $claims['the reset key is good'] = check_password_reset_key($key, 'ann') instanceof WP_User;
    $mailed = retrieve_password('ann@x.test');
    $claims['"lost password" sends a mail'] = $mailed === true;
    $fresh = get_password_reset_key(get_user_by('email', 'ann@x.test'));
    $user = is_string($fresh) ? check_password_reset_key($fresh, 'ann') : null;
    $claims['the new reset key is good'] = $user instanceof WP_User;
    reset_password($user, CHOSEN);
    $claims['the new password signs in'] = $signsIn('ann', CHOSEN);
}
echo json_encode($claims), "\n";
