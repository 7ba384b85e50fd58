"""What this plugin offers."""

from __future__ import annotations

from typing import Any

from packshot.plugin import Operation, hookimpl
from packshot_enhance.auto import Auto
from packshot_enhance.clahe import Clahe
from packshot_enhance.deblur import Deblur
from packshot_enhance.deglare import Deglare
from packshot_enhance.dust import Dust
from packshot_enhance.equalize import Equalize
from packshot_enhance.homomorphic import Homomorphic
from packshot_enhance.sharpen import Sharpen
from packshot_enhance.tone import Tone
from packshot_enhance.white_balance import WhiteBalance


@hookimpl
def packshot_operations() -> list[type[Operation[Any]]]:
    """Enhancements of tone, colour and sharpness."""
    return [WhiteBalance, Tone, Auto, Clahe, Equalize, Homomorphic, Sharpen, Deblur, Deglare, Dust]
