#include "health/prober.hpp"

#include "health/curl_prober.hpp"
#include "health/socket_prober.hpp"

namespace k8s_node {

std::unique_ptr<Prober> make_prober(const Probe& probe) {
    switch (probe.kind) {
    case ProbeKind::unix_socket:
        return std::make_unique<SocketProber>(probe.path);
    case ProbeKind::https:
    case ProbeKind::http:
    case ProbeKind::tcp:
        break;
    }
    return std::make_unique<CurlProber>(probe);
}

} // namespace k8s_node
