//! A script that adds the profile and the authority, if there is one, for a person to paste.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::windows_profile;
use crate::{Document, Provider};

/// Bytes per line of base64, as in PEM.
const BYTES_OF_A_LINE: usize = 48;

/// The script for `cmd.exe`, an alternative to [`windows_profile`]. It does not contain the login, so Windows asks for
/// username and password at the first connection. Windows also asks before it trusts the authority.
pub fn windows_script(provider: &Provider) -> Document {
    let authority = provider.authority.as_ref().map(|authority| {
        let lines = authority.der().chunks(BYTES_OF_A_LINE).map(|line| BASE64_STANDARD.encode(line) + "\n");
        let pem = format!("-----BEGIN CERTIFICATE-----\n{}-----END CERTIFICATE-----\n", lines.collect::<String>());
        write("authority.crt", &pem) + "certutil -user -addstore Root \"%place%\\authority.crt\" || goto failed\n"
    });
    let profile = windows_profile(provider).body;
    // Short lines: cmd.exe accepts at most 8191 characters per line.
    let profile = ascii(&String::from_utf8_lossy(&profile)).replace("><", ">\n<") + "\n";
    let script = [
        "@echo off\nsetlocal DisableDelayedExpansion\nset \"place=%TEMP%\\wifi-profile\"\nmkdir \"%place%\" 2>nul\n",
        &authority.unwrap_or_default(),
        &write("wifi.xml", &profile),
        "netsh wlan add profile filename=\"%place%\\wifi.xml\" user=current || goto failed\n",
        "rmdir /s /q \"%place%\"\nstart ms-availablenetworks:\nexit /b 0\n:failed\nrmdir /s /q \"%place%\"\nexit /b 1\n",
    ];
    Document {
        media_type: "text/plain; charset=us-ascii",
        transfer_encoding: None,
        file_name: Some("wifi.cmd"),
        body: script.concat().replace('\n', "\r\n").into_bytes(),
    }
}

/// Commands that write lines of text to a file. No line may be empty.
fn write(file: &str, text: &str) -> String {
    let lines: String = text.lines().map(|line| format!("echo {}\n", escaped(line))).collect();
    format!("> \"%place%\\{file}\" (\n{lines})\n")
}

/// Escapes characters that are special to cmd.exe, including quotation marks, since nothing is escaped between two of
/// them.
fn escaped(line: &str) -> String {
    let mut escaped = String::new();
    for char in line.chars() {
        match char {
            '%' => escaped.push('%'),
            '^' | '&' | '|' | '<' | '>' | '(' | ')' | '"' => escaped.push('^'),
            _ => {}
        }
        escaped.push(char);
    }
    escaped
}

/// The XML in ASCII, since cmd.exe reads other characters in the machine's code page.
fn ascii(xml: &str) -> String {
    let reference = |char: char| if char.is_ascii() { char.to_string() } else { format!("&#{};", u32::from(char)) };
    xml.chars().map(reference).collect()
}
