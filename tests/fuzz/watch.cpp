// A watch of the API server: the same events however the bytes are cut.
#include "cluster/watch_parser.hpp"
#include "property.hpp"

namespace k8s_node::fuzz {

namespace {

struct Outcome {
    bool refused = false;
    std::vector<std::string> events;
    bool operator==(const Outcome&) const = default;
};

Outcome feed(std::string_view text, std::size_t step) {
    cluster::WatchParser parser;
    Outcome outcome;
    outcome.refused = !accepts([&] {
        while (!text.empty()) {
            for (const auto& event : parser.feed(text.substr(0, step))) {
                const auto gone = event.is_gone() ? " gone " : " ";
                outcome.events.push_back(std::to_string(static_cast<int>(event.type)) + gone +
                                         event.object.dump(-1, ' ', true));
            }
            text.remove_prefix(std::min(step, text.size()));
        }
    });
    return outcome;
}

} // namespace

} // namespace k8s_node::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace k8s_node;
    const auto text = fuzz::as_text(data, size);
    const auto bytewise = fuzz::feed(text, 1);
    const auto whole = fuzz::feed(text, size);
    fuzz::require(bytewise.refused == whole.refused, "cutting does not make a watch wrong");
    fuzz::require(whole.refused || bytewise == whole, "cutting does not change the events");
    fuzz::require(fuzz::feed(text, 7).refused == whole.refused, "however long the pieces");
    return 0;
}
