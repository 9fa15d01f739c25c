// Parses the stream of a watch: one JSON event per line. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace k8s_node::cluster {

enum class WatchEventType { added, modified, deleted, bookmark, error };

struct WatchEvent {
    WatchEventType type = WatchEventType::error;
    nlohmann::json object; ///< a Status if type is error

    /// True for 410 Gone: the resource version is too old to watch from; list again.
    [[nodiscard]] bool is_gone() const;
};

/// Assembles lines from chunks that may end anywhere.
class WatchParser {
public:
    /// Returns the events whose lines end in this chunk. Ignores unknown types. Throws
    /// ConnectionError for a line that is not an event or longer than any object can be.
    [[nodiscard]] std::vector<WatchEvent> feed(std::string_view chunk);

private:
    std::string line_;
};

} // namespace k8s_node::cluster
