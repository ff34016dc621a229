"""AES-GCM; loaded only where something is sealed, for its library costs a tenth of a second at every start."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from store.keyring import SealBroken


class Cipher:
    """Seals bytes under one key.

    Args:
        secret: 32 bytes.
    """

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESGCM(secret)

    def seal(self, nonce: bytes, data: bytes, place: bytes) -> bytes:
        """Bytes that open with this nonce at that place only; a nonce is used once."""
        return self._cipher.encrypt(nonce, data, place)

    def open(self, nonce: bytes, data: bytes, place: bytes) -> bytes:
        """The bytes that were sealed.

        Raises:
            SealBroken: They were altered, or sealed for another place.
        """
        try:
            return self._cipher.decrypt(nonce, data, place)
        except (InvalidTag, ValueError) as exc:
            raise SealBroken("加密的内容被改过或换过位置") from exc
