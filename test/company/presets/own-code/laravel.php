<?php
/**
 * Asks Laravel's own hashing and authentication, on the schema of DATABASE_URL: `before` sets a password and opens what it opens, `after`
 * says what of it still works. Prints claims as JSON, by name, true or false.
 * php laravel.php before|after STATE-FILE
 */
[, $phase, $stateFile] = $argv;
error_reporting(E_ALL & ~E_DEPRECATED);
ini_set('display_errors', 'stderr');
foreach (['Hashing', 'Auth', 'Database', 'Support'] as $part) require_once "Illuminate/$part/autoload.php";

use Illuminate\Auth\EloquentUserProvider;
use Illuminate\Auth\Passwords\DatabaseTokenRepository;
use Illuminate\Auth\Passwords\PasswordBroker;
use Illuminate\Database\Capsule\Manager;
use Illuminate\Database\Eloquent\Model;
use Illuminate\Hashing\BcryptHasher;

class User extends Model implements Illuminate\Contracts\Auth\Authenticatable, Illuminate\Contracts\Auth\CanResetPassword
{
    use Illuminate\Auth\Authenticatable;
    use Illuminate\Auth\Passwords\CanResetPassword;
    protected $table = 'users';
}

$url = parse_url(getenv('DATABASE_URL'));
$capsule = new Manager();
$capsule->addConnection([
    'driver' => 'mysql',
    'host' => $url['host'],
    'port' => $url['port'] ?? 3306,
    'database' => substr($url['path'], 1),
    'username' => rawurldecode($url['user'] ?? 'root'),
    'password' => rawurldecode($url['pass'] ?? ''),
    'charset' => 'utf8mb4',
    'collation' => 'utf8mb4_unicode_ci',
    'timezone' => '+00:00',
]);
$capsule->bootEloquent();
// As Laravel comes since 11: a value of another algorithm throws.
$hasher = new BcryptHasher(['verify' => true, 'rounds' => 10]);
$users = new EloquentUserProvider($hasher, User::class);
$tokens = new DatabaseTokenRepository($capsule->getConnection(), $hasher, 'password_resets', 'key of the test');
$broker = new PasswordBroker($tokens, $users);

const OLD = 'the stolen password';
const CHOSEN = 'a password of after the notice';
$ann = ['email' => 'ann@x.test'];
$signsIn = function ($password) use ($users, $ann) {
    $user = $users->retrieveByCredentials($ann + ['password' => $password]);
    return $user !== null && $users->validateCredentials($user, ['password' => $password]);
};
if ($phase === 'before') {
    $user = $users->retrieveByCredentials($ann);
    $user->password = $hasher->make(OLD);
    $user->setRememberToken('remembered-by-a-cookie');
    $user->save();
    $token = $broker->createToken($user);
    file_put_contents($stateFile, $token);
} else {
    $token = file_get_contents($stateFile);
}
$user = $users->retrieveByCredentials($ann);
$claims = [
    'the password signs in' => $signsIn(OLD),
    'the value itself signs in' => $signsIn($user->password),
    'the remembering cookie signs in' => $users->retrieveByToken($user->id, 'remembered-by-a-cookie') !== null,
    'the reset link is good' => $broker->tokenExists($user, $token),
];
if ($phase === 'after') {
    $claims['sessions elsewhere can see the change'] = (bool) $user->getAuthPassword();
    $fresh = $broker->createToken($broker->getUser($ann));
    $status = $broker->reset(
        $ann + ['token' => $fresh, 'password' => CHOSEN],
        function ($user, $password) use ($hasher) {
            $user->password = $hasher->make($password);
            $user->save();
        },
    );
    $claims['the reset is done'] = $status === PasswordBroker::PASSWORD_RESET;
    $claims['the new password signs in'] = $signsIn(CHOSEN);
}
echo json_encode($claims), "\n";
