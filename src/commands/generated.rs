//! `mig-lint completions`, `mig-lint man` and `mig-lint schema`: made from what the program itself is made of.

use super::{Failure, Verdict, print};
use crate::report;

/// Writes completions for a shell.
pub(crate) fn completions(
    command: &mut clap::Command,
    shell: clap_complete::Shell,
) -> Result<Verdict, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(shell, command, "mig-lint", &mut text);
    print(&String::from_utf8_lossy(&text))?;
    Ok(Verdict::Clean)
}

/// Writes the manual page: the program's own, and a section for each command.
pub(crate) fn man(command: clap::Command) -> Result<Verdict, Failure> {
    let mut text = Vec::new();
    let mut command = command;
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut text)?;
    for sub in command
        .get_subcommands()
        .filter(|it| it.get_name() != "help")
    {
        let name = format!("mig-lint {}", sub.get_name());
        let page = clap_mangen::Man::new(sub.clone().name(name));
        page.render_name_section(&mut text)?;
        page.render_synopsis_section(&mut text)?;
        page.render_options_section(&mut text)?;
    }
    print(&String::from_utf8_lossy(&text))?;
    Ok(Verdict::Clean)
}

/// Writes a JSON Schema.
pub(crate) fn schema(of: report::Described) -> Result<Verdict, Failure> {
    print(&report::schema(of))?;
    Ok(Verdict::Clean)
}
