// What a service answers to k8s-node-watch, and what its own clients ask.
#include "liveness/metrics.hpp"
#include "liveness/protocol.hpp"
#include "liveness/report.hpp"
#include "property.hpp"

namespace k8s_node::fuzz {

namespace {

/// An answer stays one, whatever comes after it, and at the end there always is a result.
void judge(const liveness::Protocol& protocol, std::string_view text) {
    const auto whole = protocol.judge(text, true);
    require(whole.has_value(), "at the end it is known whether a service lives");
    require(whole->ok == whole->reason.empty(), "a failure has a reason");
    for (std::size_t length = 0; length <= std::min<std::size_t>(text.size(), 64); ++length) {
        const auto part = protocol.judge(text.substr(0, length), false);
        require(!part || !part->ok || whole->ok, "an answer stays one");
    }
}

} // namespace

} // namespace k8s_node::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace k8s_node;
    const auto text = fuzz::as_text(data, size);
    fuzz::judge(liveness::Protocol({.url = "http://127.0.0.1:1/livez"}), text);
    fuzz::judge(liveness::Protocol({.url = "grpc+unix:///run/a"}), text);
    static_cast<void>(liveness::respond(text, "x 1\n"));
    const auto records = liveness::parse_report(text);
    fuzz::require(liveness::parse_report(liveness::write_report(records)) == records,
                  "a report is read back");
    return 0;
}
