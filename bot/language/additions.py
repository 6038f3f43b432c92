"""县里的说法: a county's own words and examples, in language/words.yaml of its pack."""

from pathlib import Path

from bot.language.corpus import Additions, read_additions

FILE = "language/words.yaml"


def language_of(pack: Path) -> Additions:
    """What a county's pack adds to the language; nothing where it has no such file.

    ValueError says what is wrong with it.
    """
    import yaml  # here, because only a county with words of its own needs it

    path = pack / FILE
    if not path.exists():
        return Additions()
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError("it is no YAML") from error
    return read_additions(loaded or {}, pack.name)
