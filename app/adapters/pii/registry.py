"""Presidio's registry: our recognisers beside any that a team adds, switched by recognisers.yaml."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import tldextract.tldextract as tldextract
from presidio_analyzer import AnalyzerEngine, ContextAwareEnhancer, EntityRecognizer, LocalRecognizer, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from presidio_analyzer.recognizer_registry import RecognizerRegistryProvider
from pydantic import ValidationError

from app.adapters.pii import (
    address_en,
    address_ja,
    bank_account,
    birth_date,
    credit_card,
    customer_id,
    email,
    ip_address,
    my_number,
    national_id,
    papers,
    person,
    phone,
    postal_code,
    secret,
    tagged,
    username,
)
from app.adapters.pii.name_models import NameModels
from app.adapters.pii.rule import Found, Reading
from app.domain.pii import PiiType
from app.errors import SettingsError

LEAST_SCORE = 0.5
_CONTEXT_ADDS, _CONTEXT_REACH = 0.35, 40

# By the name that recognisers.yaml knows it by. A rule reads the text alone, a rule with a reading the models' work too.
_RULES: dict[str, tuple[PiiType, Callable[[str], Iterator[Found]]]] = {
    "KotaeEmail": (PiiType.EMAIL, email.find),
    "KotaePhone": (PiiType.PHONE, phone.find),
    "KotaeCreditCard": (PiiType.CREDIT_CARD, credit_card.find),
    "KotaeMyNumber": (PiiType.MY_NUMBER, my_number.find),
    "KotaeNationalId": (PiiType.NATIONAL_ID, national_id.find),
    "KotaeBankAccount": (PiiType.BANK_ACCOUNT, bank_account.find),
    "KotaeBirthDate": (PiiType.BIRTH_DATE, birth_date.find),
    "KotaeDriverLicense": (PiiType.DRIVER_LICENSE, papers.DRIVING_LICENCE.find),
    "KotaePassport": (PiiType.PASSPORT, papers.PASSPORT.find),
    "KotaeIpAddress": (PiiType.IP_ADDRESS, ip_address.find),
    "KotaeUsername": (PiiType.USERNAME, username.find),
    "KotaeCustomerId": (PiiType.CUSTOMER_ID, customer_id.find),
    "KotaeSecret": (PiiType.SECRET, secret.find),
}
_RULES_WITH_READING: dict[str, tuple[PiiType, Callable[[str, Reading], Iterator[Found]]]] = {
    "KotaePostalCode": (PiiType.POSTAL_CODE, postal_code.find),
    "KotaeAddressJa": (PiiType.ADDRESS, address_ja.find),
    "KotaeAddressEn": (PiiType.ADDRESS, address_en.find),
    "KotaePersonJa": (PiiType.PERSON, person.in_japanese),
    "KotaePersonEn": (PiiType.PERSON, person.in_english),
    "KotaePersonTagged": (PiiType.PERSON, person.tagged),
    "KotaeAddressTagged": (PiiType.ADDRESS, tagged.number(PiiType.ADDRESS)),
    "KotaePhoneTagged": (PiiType.PHONE, tagged.number(PiiType.PHONE)),
    "KotaeCreditCardTagged": (PiiType.CREDIT_CARD, tagged.number(PiiType.CREDIT_CARD)),
    "KotaeNationalIdTagged": (PiiType.NATIONAL_ID, tagged.number(PiiType.NATIONAL_ID)),
    "KotaeBankAccountTagged": (PiiType.BANK_ACCOUNT, tagged.number(PiiType.BANK_ACCOUNT)),
    "KotaeBirthDateTagged": (PiiType.BIRTH_DATE, tagged.number(PiiType.BIRTH_DATE)),
    "KotaeDriverLicenseTagged": (PiiType.DRIVER_LICENSE, tagged.number(PiiType.DRIVER_LICENSE)),
    "KotaePassportTagged": (PiiType.PASSPORT, tagged.number(PiiType.PASSPORT)),
    "KotaeUsernameTagged": (PiiType.USERNAME, tagged.word(PiiType.USERNAME)),
    "KotaeCustomerIdTagged": (PiiType.CUSTOMER_ID, tagged.number(PiiType.CUSTOMER_ID)),
}


class ReadText(NlpArtifacts):
    """Presidio's vessel for what the name models found."""

    def __init__(self, reading: Reading, engine: NlpEngine, language: str) -> None:
        super().__init__([], [], [], [], engine, language)
        self.reading = reading


class NameEngine(NlpEngine):
    """The name models, as Presidio calls them; both run on every text, whatever its language."""

    def __init__(self, models: NameModels) -> None:
        self._models = models

    def load(self) -> None:
        """The models are loaded before."""

    def is_loaded(self) -> bool:
        return True

    def process_text(self, text: str, language: str) -> ReadText:
        return ReadText(self._models.read(text), self, language)

    def process_batch(
        self, texts: Any, language: str, batch_size: int = 1, n_process: int = 1, **kwargs: Any
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word: str, language: str) -> bool:
        return False

    def is_punct(self, word: str, language: str) -> bool:
        return False

    def get_supported_entities(self) -> list[str]:
        return []

    def get_supported_languages(self) -> list[str]:
        return ["ja", "en"]


class _Recogniser(LocalRecognizer):
    """One of our rules, in the form that the registry takes."""

    kind: PiiType
    rule: Any
    reads = False

    def __init__(self, supported_language: str = "ja", name: str | None = None, **options: Any) -> None:
        super().__init__([self.kind.value], name or type(self).__name__, supported_language, **options)

    def load(self) -> None:
        """A rule is ready as it is."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts) -> list[RecognizerResult]:
        found = self.rule(text, nlp_artifacts.reading) if self.reads else self.rule(text)
        return [RecognizerResult(self.kind.value, start, end, score) for start, end, score in found]


def _as_classes() -> list[type[_Recogniser]]:
    """The registry finds a recogniser by the name of its class."""
    rules: list[tuple[str, PiiType, Any, bool]] = [
        *((name, kind, rule, False) for name, (kind, rule) in _RULES.items()),
        *((name, kind, rule, True) for name, (kind, rule) in _RULES_WITH_READING.items()),
    ]
    return [
        type(name, (_Recogniser,), {"kind": kind, "rule": staticmethod(rule), "reads": reads})
        for name, kind, rule, reads in rules
    ]


_CLASSES = _as_classes()  # kept: Presidio asks LocalRecognizer for its subclasses


class _WordsBefore(ContextAwareEnhancer):
    """Raises what a team's recogniser found after one of its context words; ours look around by themselves."""

    def __init__(self) -> None:
        super().__init__(_CONTEXT_ADDS, 0.0, 0, 0)

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        by_id = {recogniser.id: [word.lower() for word in recogniser.context] for recogniser in recognizers}
        for result in raw_results:
            expected = by_id.get(result.recognition_metadata[RecognizerResult.RECOGNIZER_IDENTIFIER_KEY], [])
            before = text[max(0, result.start - _CONTEXT_REACH) : result.start].lower()
            if any(word in before for word in expected):
                result.score = min(self.MAX_SCORE, result.score + self.context_similarity_factor)
        return raw_results


def open_analyser(models: NameModels, recognisers: Path) -> AnalyzerEngine:
    """Raises SettingsError for a file that Presidio does not understand."""
    engine = NameEngine(models)
    tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(
        suffix_list_urls=()
    )  # Presidio's e-mail rule would ask the network
    try:
        provider = RecognizerRegistryProvider(conf_file=recognisers)
        return AnalyzerEngine(
            registry=provider.create_recognizer_registry(),
            nlp_engine=engine,
            supported_languages=["ja", "en"],
            default_score_threshold=LEAST_SCORE,
            context_aware_enhancer=_WordsBefore(),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SettingsError(f"{recognisers}: {_sentence(error)}; see the notes at its top.") from None


def _sentence(error: Exception) -> str:
    cause = error.__cause__ or error.__context__ or error
    if isinstance(cause, ValidationError):
        first = cause.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])} is wrong ({first['msg']})"
    return str(error).rstrip(".")
