// The stream of a watch: one JSON event a line. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace k8s_node::cluster {

enum class WatchEventType { added, modified, deleted, bookmark, error };

struct WatchEvent {
    WatchEventType type = WatchEventType::error;
    nlohmann::json object; ///< a Status when type is error

    /// 410 Gone: the version to watch from has been forgotten; list again.
    [[nodiscard]] bool is_gone() const;
};

/// Puts lines together from chunks that end anywhere.
class WatchParser {
public:
    /// The events whose lines end in this chunk. Types that are not known are
    /// passed over. Throws ConnectionError on a line that is no event or longer
    /// than any object can be.
    [[nodiscard]] std::vector<WatchEvent> feed(std::string_view chunk);

private:
    std::string line_;
};

} // namespace k8s_node::cluster
