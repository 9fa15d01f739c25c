#include "cluster/watch_parser.hpp"

#include <optional>

#include "cluster/api_error.hpp"
#include "support/text.hpp"

namespace k8s_node::cluster {

namespace {

using Json = nlohmann::json;

/// etcd accepts no request above 1.5 MiB by default; JSON may triple that.
constexpr std::size_t longest_line = std::size_t{8} << 20;

std::optional<WatchEventType> type_named(const Json& name) {
    if (name == "ADDED") {
        return WatchEventType::added;
    }
    if (name == "MODIFIED") {
        return WatchEventType::modified;
    }
    if (name == "DELETED") {
        return WatchEventType::deleted;
    }
    if (name == "BOOKMARK") {
        return WatchEventType::bookmark;
    }
    if (name == "ERROR") {
        return WatchEventType::error;
    }
    return std::nullopt;
}

std::optional<WatchEvent> parse_event(std::string_view line) {
    auto event = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!event.is_object() || !event.contains("type") || !event.contains("object")) {
        throw ConnectionError("the API server sent a line in a watch that is not an event: " +
                              std::string(line.substr(0, 120)));
    }
    const auto type = type_named(event["type"]);
    return type ? std::optional(WatchEvent{*type, std::move(event["object"])}) : std::nullopt;
}

} // namespace

bool WatchEvent::is_gone() const {
    return type == WatchEventType::error && object.is_object() &&
           object.value("code", Json{}) == 410;
}

std::vector<WatchEvent> WatchParser::feed(std::string_view chunk) {
    std::vector<WatchEvent> events;
    for (;;) {
        const auto end = chunk.find('\n');
        line_.append(chunk.substr(0, end));
        if (line_.size() > longest_line) {
            throw ConnectionError("the API server sent a line of more than 8 MiB in a watch");
        }
        if (end == std::string_view::npos) {
            return events;
        }
        chunk.remove_prefix(end + 1);
        if (!trim(line_).empty()) {
            if (auto event = parse_event(line_)) {
                events.push_back(*std::move(event));
            }
        }
        line_.clear();
    }
}

} // namespace k8s_node::cluster
