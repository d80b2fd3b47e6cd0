"""Download one file whose size and sha256 are known: never more bytes, never for ever."""

from __future__ import annotations

import hashlib
import http.client
import os
import queue
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from mvacourse.storage.atomic_write import writing

SILENCE = 30.0
"""Seconds without an answer, or without a byte, after which an address is given up."""
_START, _SLOWEST = 60.0, 20_000
"""A file may take 60 s, and 1 s more for each 20 kB."""
_CHUNK = 1 << 16
_CERTIFICATES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that name a file, or a folder, of trusted certificates."""


class NotDownloaded(Exception):
    """One address does not give the file; the message is the reason, in a few words."""


def longest(size: int) -> float:
    """Return the time limit for a file of `size` bytes, in seconds."""
    return _START + size / _SLOWEST


def download(url: str, path: Path, size: int, sha256: str) -> None:
    """Download a file to `path`, which holds the complete file or is not written.

    Parameters
    ----------
    url : str
        Its address.
    path : Path
        Its folder is created if necessary.
    size : int
        Number of bytes. If the server announces another number or sends more, it is stopped.
    sha256 : str
        Hash of the content.

    Raises
    ------
    NotDownloaded
        If the server does not answer, or sends something else.
    OSError
        If `path` cannot be written.
    """
    digest, got = hashlib.sha256(), 0
    with writing(path) as file:  # also finds out, before any traffic, if it cannot be written
        for chunk in _arrivals(url, size):
            got += len(chunk)
            digest.update(chunk)
            file.write(chunk)
        if got < size:
            raise NotDownloaded(f"the download broke off after {got} of {size} bytes")
        if digest.hexdigest() != sha256:
            raise NotDownloaded("the file there has another sha256, and is refused")


def _arrivals(url: str, size: int) -> Iterator[bytes]:
    """Yield at most `size` bytes, piece by piece, until the time limit.

    Another thread waits for the network: no name server and no server can hold up this one.
    """
    arrived: queue.Queue[bytes | Exception] = queue.Queue()
    given_up = threading.Event()
    threading.Thread(target=_receive, args=(url, size, arrived, given_up), daemon=True).start()
    limit = longest(size)
    end = time.monotonic() + limit
    try:
        while True:
            try:
                piece = arrived.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise NotDownloaded(
                    f"too slow: not complete within {limit:.0f} s; try a faster network"
                ) from None
            if isinstance(piece, NotDownloaded):
                raise piece
            if isinstance(piece, Exception):
                raise NotDownloaded(reason(piece)) from piece
            if not piece:
                return
            yield piece
    finally:
        given_up.set()


def _receive(
    url: str, size: int, arrived: queue.Queue[bytes | Exception], given_up: threading.Event
) -> None:
    """Put what arrives into the queue, then b"" or the error."""
    try:
        with _open(url) as answer:
            announced = answer.headers.get("Content-Length", str(size)).strip()
            if announced != str(size):
                raise NotDownloaded(
                    f"the file there has {announced[:20]} bytes, not {size}, and is refused"
                )
            got = 0
            while not given_up.is_set():
                chunk = answer.read1(_CHUNK)
                got += len(chunk)
                if got > size:
                    raise NotDownloaded(f"the server sends more than the {size} bytes of this file")
                arrived.put(chunk)
                if not chunk:
                    return
    except Exception as err:  # whatever it is, the other thread waits for it
        arrived.put(err)


def _open(url: str) -> http.client.HTTPResponse:
    headers = {"User-Agent": "mvacourse", "Accept-Encoding": "identity"}
    request = urllib.request.Request(url, headers=headers)
    handlers = []
    if url.startswith("https:"):
        named = tuple((name, os.environ.get(name, "")) for name in _CERTIFICATES)
        handlers.append(urllib.request.HTTPSHandler(context=_context(named)))
    return urllib.request.build_opener(*handlers).open(request, timeout=SILENCE)


@lru_cache  # reading all certificates takes 0.1 s
def _context(named: tuple[tuple[str, str], ...]) -> ssl.SSLContext:
    """Trust the system's certificates, those of the certifi package, and the named ones."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    for name, place in named:
        if place:
            kind = "capath" if os.path.isdir(place) else "cafile"
            try:
                context.load_verify_locations(**{kind: place})
            except OSError as err:  # ssl.SSLError is one too
                raise NotDownloaded(
                    f"{name} = {place} holds no certificate that can be read: correct it"
                ) from err
    return context


def reason(err: Exception) -> str:
    """Say in a few words why an address does not answer, and how to fix it if that is known."""
    inner = getattr(err, "reason", None)
    if isinstance(err, urllib.error.HTTPError):
        return f"{err.code} {err.reason}"
    if isinstance(inner, Exception):
        return reason(inner)
    if isinstance(err, ssl.SSLCertVerificationError):
        return (
            f"its certificate is not trusted ({err.verify_message}). Does a proxy or a virus "
            "scanner read encrypted traffic here? Then set SSL_CERT_FILE (or REQUESTS_CA_BUNDLE) "
            "to the file with its root certificate, which the administrator has"
        )
    if isinstance(err, ssl.SSLError):
        return f"no encrypted connection: {err.reason or err}"
    if isinstance(err, TimeoutError):
        return f"no answer within {SILENCE:g} s"
    if isinstance(
        err, http.client.IncompleteRead | ConnectionResetError | http.client.BadStatusLine
    ):
        return "the download broke off"
    if isinstance(err, http.client.HTTPException):
        return f"an answer that is not HTTP: {type(err).__name__}"
    if isinstance(err, OSError):
        return f"no connection: {err.strerror or err}"
    return f"{type(err).__name__}: {err}"
