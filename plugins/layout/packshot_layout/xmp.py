"""The XMP packet of an exported picture: where its pixels come from."""

from __future__ import annotations

from typing import Literal

DigitalSourceType = Literal[
    "digitalCapture",
    "humanEdits",
    "algorithmicallyEnhanced",
    "compositeWithTrainedAlgorithmicMedia",
    "trainedAlgorithmicMedia",
]
"""Terms of the IPTC NewsCodes vocabulary `digitalsourcetype`."""

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
 Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/{term}"/>
</rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def source_packet(term: DigitalSourceType) -> bytes:
    """UTF-8 XMP (ISO 16684-1) with the IPTC photo metadata property `Iptc4xmpExt:DigitalSourceType`."""
    return _PACKET.format(term=term).encode()
