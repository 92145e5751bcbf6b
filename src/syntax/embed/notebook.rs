//! The code cells of a notebook: its JSON is read as it is, so that every character of a cell has its place. What cells put
//! out is no code.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::host::Magics;
use crate::syntax::extract::Extract;
use crate::syntax::spelling::lines;

/// A notebook, as far as it is read; either form of the format.
#[derive(Deserialize)]
struct Notebook<'t> {
    #[serde(borrow, default)]
    cells: Option<&'t RawValue>,
    #[serde(borrow, default)]
    worksheets: Option<&'t RawValue>,
    #[serde(borrow, default)]
    metadata: Option<&'t RawValue>,
}

#[derive(Deserialize)]
struct Worksheet<'t> {
    #[serde(borrow, default)]
    cells: Option<&'t RawValue>,
}

#[derive(Deserialize)]
struct Written<'t> {
    #[serde(borrow, default)]
    cell_type: Option<Cow<'t, str>>,
    #[serde(borrow, default)]
    source: Option<&'t RawValue>,
    /// What older notebooks call the source.
    #[serde(borrow, default)]
    input: Option<&'t RawValue>,
}

/// A code cell: what it says, and where it stands.
pub struct Cell {
    /// Its number among all cells, from 1.
    number: usize,
    code: Extract,
    /// Where its lines end in the code.
    lines: Vec<usize>,
}

/// The code of a notebook by language, and the language of its kernel.
///
/// # Errors
/// Says why it is no notebook.
pub fn code(
    text: &str,
    magics: &Magics,
    language: &dyn Fn(&str) -> Option<String>,
) -> Result<BTreeMap<String, Extract>, String> {
    let notebook = parse(text)?;
    let kernel = kernel(&notebook, language).unwrap_or_else(|| magics.kernel.clone());
    let mut found = BTreeMap::new();
    for cell in code_cells(text, &notebook) {
        take(&cell.code, magics, &kernel, &mut found);
    }
    Ok(found)
}

/// The code cells of a notebook that are not empty, in the order in which they stand in it.
pub fn cells(text: &str) -> Vec<Cell> {
    let mut cells = parse(text).map(|notebook| code_cells(text, &notebook)).unwrap_or_default();
    cells.retain(|cell| !cell.code.text.is_empty());
    cells.sort_by_key(|cell| cell.code.start());
    cells
}

/// Of cells in the order of their notebook, the number of the one that an offset of the notebook lies in, and the line of
/// the cell, from 1, that it lies on.
pub fn place_in(cells: &[Cell], offset: usize) -> Option<(usize, usize)> {
    let after = cells.partition_point(|cell| cell.code.start() <= offset);
    let cell = cells.get(after.checked_sub(1)?)?;
    Some((cell.number, cell.line_of(offset)?))
}

impl Cell {
    fn new(number: usize, code: Extract) -> Self {
        let lines = memchr::memchr_iter(b'\n', code.text.as_bytes()).collect();
        Self { number, code, lines }
    }

    /// The line of the cell, from 1, that an offset of the notebook lies on, if it lies in the cell.
    fn line_of(&self, offset: usize) -> Option<usize> {
        let before = self.code.before(offset)?;
        Some(self.lines.partition_point(|end| *end < before) + 1)
    }
}

fn parse(text: &str) -> Result<Notebook<'_>, String> {
    serde_json::from_str(text).map_err(|error| format!("no notebook: {error}"))
}

/// The language that the metadata names.
fn kernel(notebook: &Notebook, language: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let metadata = notebook.metadata.and_then(|metadata| serde_json::from_str(metadata.get()).ok());
    let metadata: serde_json::Value = metadata.unwrap_or_default();
    let at = |path: &str| metadata.pointer(path).and_then(serde_json::Value::as_str).map(str::to_lowercase);
    let known = |word: &str| language(word).or_else(|| language(word.trim_end_matches(|c: char| c.is_ascii_digit())));
    match at("/kernelspec/language").or_else(|| at("/language_info/name")) {
        Some(word) => known(&word).or(Some(word)),
        None => at("/kernelspec/name").and_then(|word| known(&word)),
    }
}

/// The elements of a list; none of anything else.
fn elements(list: Option<&RawValue>) -> Vec<&RawValue> {
    list.and_then(|list| serde_json::from_str(list.get()).ok()).unwrap_or_default()
}

/// The code cells.
fn code_cells(text: &str, notebook: &Notebook) -> Vec<Cell> {
    let sheets = elements(notebook.worksheets).into_iter();
    let of_sheets = sheets.filter_map(|sheet| serde_json::from_str::<Worksheet>(sheet.get()).ok());
    let of_sheets = of_sheets.flat_map(|sheet| elements(sheet.cells));
    let cells = elements(notebook.cells).into_iter().chain(of_sheets);
    let mut found = Vec::new();
    for (number, cell) in (1..).zip(cells) {
        let Ok(cell) = serde_json::from_str::<Written>(cell.get()) else { continue };
        let Some(source) = cell.source.or(cell.input).filter(|_| cell.cell_type.as_deref() == Some("code")) else {
            continue;
        };
        let mut code = Extract::default();
        match source.get().starts_with('"') {
            true => string(text, source, &mut code),
            false => elements(Some(source)).into_iter().for_each(|line| string(text, line, &mut code)),
        }
        found.push(Cell::new(number, code));
    }
    found
}

/// Adds what a string of JSON says; nothing if it is none.
fn string(text: &str, raw: &RawValue, code: &mut Extract) {
    // The value is a part of the text, so where it stands is the distance of their starts.
    let start = (raw.get().as_ptr() as usize).wrapping_sub(text.as_ptr() as usize) + 1;
    let Some(inner) = raw.get().strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return };
    code.escaped(inner, start);
}

/// A cell whose code is being shared out by language.
struct Shared<'c> {
    cell: &'c Extract,
    found: &'c mut BTreeMap<String, Extract>,
}

impl Shared<'_> {
    fn of(&mut self, language: &str) -> &mut Extract {
        self.found.entry(language.to_owned()).or_default()
    }

    /// Adds the line from `from` to `to`.
    fn line(&mut self, language: &str, from: usize, to: usize) {
        let cell = self.cell;
        let code = self.of(language);
        code.part_of(cell, from, to);
        code.end_line();
    }

    /// Adds a statement that does nothing, behind the white space from `from` to `to`.
    fn nothing(&mut self, language: &str, from: usize, to: usize, filler: &str) {
        let cell = self.cell;
        let code = self.of(language);
        code.part_of(cell, from, to);
        code.instead(filler, code.end(), code.end());
        code.end_line();
    }
}

/// Adds the code of a cell to that of its language, and its command lines to theirs.
fn take(cell: &Extract, magics: &Magics, kernel: &str, found: &mut BTreeMap<String, Extract>) {
    let text = cell.text.as_str();
    let mut shared = Shared { cell, found };
    if let Some((language, start)) = named_cell(text, magics) {
        if !language.is_empty() {
            shared.line(language, start, text.len());
        }
        return;
    }
    let mut command: Option<&str> = None;
    for (start, line) in lines(text) {
        let end = start + line.len();
        let own = line.trim_start();
        let lead = start + (line.len() - own.len());
        // A command line goes on after a backslash.
        let goes_on = line.trim_end().ends_with('\\');
        let shell = magics.lines.iter().find(|(mark, _)| own.starts_with(mark.as_str()));
        if let Some(language) = command.take() {
            shared.line(language, start, end);
            command = Some(language).filter(|_| goes_on);
        } else if let Some((mark, language)) = shell {
            shared.line(language, lead + mark.len(), end);
            shared.nothing(kernel, start, lead, &magics.filler);
            command = Some(language.as_str()).filter(|_| goes_on);
        } else if let Some((from, language)) = assigned(line, magics) {
            shared.line(language, start + from, end);
            shared.nothing(kernel, start, lead, &magics.filler);
        } else if let Some(rest) = own_line(own, magics) {
            let cell = shared.cell;
            match rest {
                Some(rest) => {
                    shared.of(kernel).part_of(cell, start, lead);
                    shared.line(kernel, end - rest.len(), end);
                }
                None => shared.nothing(kernel, start, lead, &magics.filler),
            }
        } else {
            shared.line(kernel, start, end);
        }
    }
}

/// The language of a cell whose first line names one, and where its code starts.
fn named_cell<'m>(text: &str, magics: &'m Magics) -> Option<(&'m str, usize)> {
    let first = text.lines().find(|line| !line.trim().is_empty())?.trim();
    let mut words = first.split_whitespace();
    let word = words.next()?;
    // `%%script bash` names a program; `%%! ls` has its command beside it.
    let program = words.next().filter(|_| word == magics.program).map(|program| format!("%%{program}"));
    let language = magics.cells.get(program.as_deref().unwrap_or(word))?;
    let length = if word == magics.beside { word.len() } else { first.len() };
    Some((language, text.find(first)? + length))
}

/// Of a line that is for the notebook itself, the code on it, if there is any.
fn own_line<'l>(own: &'l str, magics: &Magics) -> Option<Option<&'l str>> {
    // A line may also begin with an operator of the one before it.
    let is_word = |rest: &str| rest.starts_with(|c: char| !c.is_whitespace());
    let is_own = magics.own.iter().any(|mark| own.strip_prefix(mark.as_str()).is_some_and(is_word));
    let word = own.split_whitespace().next().filter(|_| is_own)?;
    let has_code = magics.before_code.iter().any(|have| have == word);
    Some(own.get(word.len()..).map(|rest| rest.trim_start_matches(' ')).filter(|_| has_code))
}

/// Where the command line begins whose output a line keeps.
fn assigned<'m>(line: &str, magics: &'m Magics) -> Option<(usize, &'m str)> {
    let (name, value) = line.split_once('=')?;
    let is_name = name.trim().chars().all(|c| c.is_alphanumeric() || c == '_' || c == ',' || c == ' ');
    let own = value.trim_start();
    let (mark, language) = magics.lines.iter().find(|(mark, _)| own.starts_with(mark.as_str()))?;
    // `a =! b` is no command line in any language, and neither is `a != b`.
    let is_command = is_name && !name.trim().is_empty() && !own.starts_with("!=");
    is_command.then_some((line.len() - own.len() + mark.len(), language.as_str()))
}

#[cfg(test)]
mod tests {
    use super::{cells, code};
    use crate::syntax::embed::host::Magics;
    use crate::syntax::expr::Span;

    fn magics() -> Magics {
        let of = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(mark, language)| ((*mark).to_owned(), (*language).to_owned())).collect()
        };
        Magics {
            kernel: "python".to_owned(),
            lines: of(&[("!", "shell")]),
            cells: of(&[("%%bash", "shell")]),
            own: vec!["%".to_owned()],
            before_code: vec!["%time".to_owned()],
            filler: "pass".to_owned(),
            ..Magics::default()
        }
    }

    #[test]
    fn every_character_of_a_cell_has_its_place() {
        let text = r#"{"cells":[{"cell_type":"markdown","source":"x"},{"cell_type":"code","source":["a = \"é\"\n","%time b\n","!ls \\\n","  -l\n","out = !id\n","c \ud83d\ude00"],"outputs":["z"]}]}"#;
        let found = code(text, &magics(), &|_| None).expect("it is a notebook");
        let python = &found["python"];
        assert_eq!(python.text, "a = \"é\"\nb\npass\npass\nc 😀\n");
        let at = python.text.find('é').expect("it is there");
        let span = python.place(Span::new(at, at + 2));
        assert_eq!(&text[span.start as usize..span.end as usize], "é");
        let at = python.text.find('😀').expect("it is there");
        let span = python.place(Span::new(at, at + 4));
        assert_eq!(&text[span.start as usize..span.end as usize], r"\ud83d\ude00");
        assert_eq!(found["shell"].text, "ls \\\n  -l\nid\n");
        let cells = cells(text);
        let line = |part: &str| {
            cells.iter().map(|cell| (cell.number, cell.line_of(text.find(part).expect("it is there")))).next()
        };
        assert_eq!(line("id\\n"), Some((2, Some(5))));
        assert_eq!(line("z\"]"), Some((2, None)));
    }

    #[test]
    fn a_cell_may_be_of_another_language_and_a_notebook_of_another_kind() {
        let text = r#"{"cells":[1,{"cell_type":"code","source":"%%bash\ncurl x"},{"cell_type":["code"],"source":"y"},{"cell_type":"code","source":[1,"z"]}],"metadata":{"language_info":{"name":"R"}}}"#;
        let found = code(text, &magics(), &|_| None).expect("it is a notebook");
        let shown: Vec<(&str, &str)> =
            found.iter().map(|(language, code)| (language.as_str(), code.text.trim())).collect();
        assert_eq!(shown, [("r", "z"), ("shell", "curl x")]);
        assert!(code("{\"cells\":", &magics(), &|_| None).is_err());
    }
}
