"""The snapshot of `/ws/live/` by an ordinary request, for browsers whose network blocks sockets."""

import json

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.core.words import known_language
from marketplace.live import frames, registry, topics


@require_safe
@never_cache
def live_poll(request: HttpRequest) -> HttpResponse:
    """A JSON list of the frames that a socket would get for these signed topics."""
    viewer = request.user.pk if request.user.is_authenticated else None
    asked, sig = request.GET.get("topics", "").split(), request.GET.get("sig", "")
    signed = topics.signed_for(sig) == str(viewer or 0) and topics.is_signed(asked, sig)
    if len(asked) > topics.MAX_TOPICS or not signed:
        return HttpResponseForbidden()
    if viewer is not None:
        for heard in registry.pollers:
            heard(viewer)
    own = {topics.own_topic(viewer)} if viewer is not None else set()
    language = known_language(request.GET.get("language", ""))
    wanted = [
        registry.Wanted(topic, viewer if registry.is_personal(topic) else None, language)
        for topic in sorted(set(asked) | own)
    ]
    pieces = [frames.Pieces(news) for news in registry.render(wanted).values()]
    texts = frames.snapshot(pieces, {})
    return HttpResponse(json.dumps([json.loads(text) for text in texts]), content_type="application/json")
