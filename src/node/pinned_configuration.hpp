// The node.yaml of a machine that gets it from a URL at its first boot.
#pragma once

#include <string>
#include <string_view>

#include "loop/event_loop.hpp"
#include "model/digest.hpp"
#include "support/files.hpp"
#include "support/log.hpp"

namespace k8s_node {

/// A URL with the digest of what is there.
struct PinnedUrl {
    std::string url;
    Digest digest;
};

/// Parses "https://site.example/worker.yaml#sha256:…". Throws Error(usage) without a digest.
[[nodiscard]] PinnedUrl parse_pinned_url(std::string_view text);

/// Makes the file of this URL the machine's /etc/k8s-node/node.yaml, which belongs to this program
/// from then on: a reset removes it, another pin replaces it. Nothing is asked for if it is there
/// already. Only for the holder of the lock. Throws Error: (usage) for a malformed pin;
/// (configuration) if the machine has another node.yaml, of an operator; (fetch) if the URL does
/// not answer, (verification) if other bytes are there, and then nothing is written.
void place_pinned_configuration(std::string_view pinned, const Root& root, EventLoop& loop,
                                EventSink& events);

} // namespace k8s_node
