<?php
/**
 * Says what PHP itself does with a value that stands for a password's hash: `verifies` for any of these passwords, the algorithm that it
 * takes it for, and what it complained about. Prints JSON.
 * php php-hash.php VALUE
 */
$value = $argv[1];
$complaints = [];
set_error_handler(function ($code, $text) use (&$complaints) {
    $complaints[] = $text;
    return true;
});
$passwords = ['', ' ', '0', 'secret', $value, substr($value, 1), str_repeat('x', 72), "nul\0"];
$verifies = array_map(function ($password) use ($value) {
    try {
        return password_verify($password, $value);
    } catch (Throwable $error) {
        return get_class($error);
    }
}, $passwords);
echo json_encode([
    'verifies' => array_values(array_unique($verifies)),
    'algorithm' => password_get_info($value)['algoName'],
    // What crypt() writes for this salt is never the value: no password at all has it.
    'saltIsWritten' => str_starts_with(crypt('secret', $value), substr($value, 0, 29)),
    'length' => strlen($value),
    'complaints' => $complaints,
]), "\n";
