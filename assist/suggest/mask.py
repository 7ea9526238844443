"""Hide personal data in a text: phones, identity numbers, bank cards, addresses."""

import re

# Digits that may be split by a space, dot or hyphen, in any width.
_GAP = r"[\s.\-－·]?"
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"

_IDENTITY = re.compile(rf"(?<!\d)\d(?:{_GAP}\d){{16}}{_GAP}[\dXxＸｘ](?![\d])")
_CARD = re.compile(rf"(?<!\d)\d(?:{_GAP}\d){{14,18}}(?!\d)")
_MOBILE = re.compile(rf"(?<!\d)(?:\+?8{_GAP}6{_GAP})?[1１]{_GAP}[3-9３-９](?:{_GAP}\d){{9}}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)0\d{2,3}[\s\-－]\d{7,8}(?!\d)")
_ADDRESS = re.compile(
    r"(?:[一-鿿]{2,8}(?:省|自治区))?(?:[一-鿿]{2,8}[市州盟])?(?:[一-鿿]{1,8}[区县旗])?"
    r"[一-鿿\w]{1,12}(?:路|街|道|巷|弄|胡同|村|小区|花园|大厦|公寓|广场)"
    r"[一-鿿\w\-－]{0,16}?\d+(?:号楼|号院|单元|栋|幢|座|层|室|号)(?:[\d一-鿿\-]{0,10}?\d+(?:号楼|单元|栋|幢|座|层|室|号))*"
)
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63})+")
_WECHAT = re.compile(r"((?:微信|vx|wx|wechat)(?:号)?\s*[:：是]?\s*)([A-Za-z][\w-]{5,19})", re.IGNORECASE)


def mask(text: str) -> str:
    """Return the text with each find replaced by its kind in brackets, such as ［手机］.

    Order numbers stay: long numbers count as identity or card only when their check digit holds.
    """
    if not text or (text.isascii() and not any(ch.isdigit() or ch == "@" for ch in text)):
        return text
    text = _IDENTITY.sub(lambda m: "［证件］" if _is_identity(m.group()) else m.group(), text)
    text = _MOBILE.sub("［手机］", text)
    text = _CARD.sub(lambda m: "［卡号］" if _is_card(m.group()) else m.group(), text)
    text = _LANDLINE.sub("［电话］", text)
    text = _MAIL.sub("［邮箱］", text)
    text = _WECHAT.sub(r"\1［微信］", text)
    return _ADDRESS.sub("［地址］", text)


def mask_name(name: str) -> str:
    """Return a person's name with its first character alone; nothing of one that is empty."""
    return f"{name.strip()[:1]}**" if name.strip() else ""


def _digits(found: str) -> str:
    kept = (ch for ch in found if ch.isdigit() or ch in "XxＸｘ")
    return "".join("X" if ch in "XxＸｘ" else str(int(ch)) for ch in kept)


def _is_identity(found: str) -> bool:
    """GB 11643: weights, modulus 11, and a birth date that can be."""
    number = _digits(found)
    if not ("19" <= number[6:8] <= "20" and "01" <= number[10:12] <= "12" and "01" <= number[12:14] <= "31"):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _ID_WEIGHTS, strict=True))
    return number[17] == _ID_CHECKS[total % 11]


def _is_card(found: str) -> bool:
    """The Luhn check (ISO/IEC 7812-1) and an issuer's first digit."""
    number = _digits(found)
    if number[0] not in "3456":
        return False
    total = 0
    for index, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if index % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
