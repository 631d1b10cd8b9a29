//! A script that adds the profile and, where there is one, the authority: one line for a person to paste.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::windows_profile;
use crate::{Document, Provider};

/// Bytes in a line of base64, as PEM has them.
const BYTES_OF_A_LINE: usize = 48;

/// The script for `cmd.exe` in place of [`windows_profile`]. It holds no login, so Windows asks for username and password at the
/// first connection. Windows also asks before it trusts the authority.
pub fn windows_script(provider: &Provider) -> Document {
    let authority = provider.authority.as_ref().map(|authority| {
        let lines = authority.der().chunks(BYTES_OF_A_LINE).map(|line| BASE64_STANDARD.encode(line) + "\n");
        let pem = format!("-----BEGIN CERTIFICATE-----\n{}-----END CERTIFICATE-----\n", lines.collect::<String>());
        write("authority.crt", &pem) + "certutil -user -addstore Root \"%place%\\authority.crt\" || goto failed\n"
    });
    let profile = windows_profile(provider).body;
    // Short lines: cmd.exe takes none of more than 8191 characters.
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

/// Commands that write lines of text into a file. None of the lines is empty.
fn write(file: &str, text: &str) -> String {
    let lines: String = text.lines().map(|line| format!("echo {}\n", escaped(line))).collect();
    format!("> \"%place%\\{file}\" (\n{lines})\n")
}

/// Characters that mean something to cmd.exe. Quotation marks too, since nothing is escaped between two of them.
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

/// XML without characters beyond ASCII, which cmd.exe reads in the code page of the machine.
fn ascii(xml: &str) -> String {
    let reference = |char: char| if char.is_ascii() { char.to_string() } else { format!("&#{};", u32::from(char)) };
    xml.chars().map(reference).collect()
}
