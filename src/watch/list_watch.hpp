// Follows all objects of a kind: lists them, then watches their changes, for as long as it lives.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "cluster/watch_parser.hpp"
#include "watch/api_request.hpp"
#include "watch/back_off.hpp"

namespace k8s_node::watch {

/// The objects of one kind, or some of them.
struct Collection {
    std::string path;     ///< "/api/v1/nodes"
    std::string selector; ///< "fieldSelector=…", for the query; may be empty
    std::string title;    ///< "nodes", for people
};

/// After a failure it lists again, after a pause. A watch that the server ends in the ordinary way
/// goes on from where it was.
class ListWatch {
public:
    using Json = nlohmann::json;

    /// Called by the loop; must not destroy the ListWatch.
    struct Observer {
        std::function<void()> begun; ///< a list begins: what was seen before counts no more
        std::function<void(const Json&)> seen; ///< an object as it is now
        std::function<void(const Json&)> gone; ///< an object as it was
        std::function<void()> current; ///< all objects have been seen, and the changes until now
        std::function<void(const std::string&)> lost; ///< there is no news any more, for a reason
        /// The API server refuses, which its operator may change: called besides lost().
        std::function<void()> refused;
    };

    /// Begins to list. `connection` must outlive it.
    ListWatch(ApiConnection& connection, Collection collection, Observer observer);

private:
    void list(const std::string& next_page);
    void take_page(const cluster::HttpReply& reply);
    void watch();
    cluster::Flow take_chunk(std::string_view chunk);
    void digest();
    void take_event(const cluster::WatchEvent& event);
    void end_watch(const cluster::HttpReply& reply);
    void send(const std::string& query, std::chrono::milliseconds time,
              std::function<void(const cluster::HttpReply&)> answered,
              cluster::Transport::Sink sink = {});
    void fail(const std::exception_ptr& failure);

    ApiConnection& connection_;
    Collection collection_;
    Observer observer_;
    std::string version_; ///< where a watch goes on
    cluster::WatchParser parser_;
    std::vector<cluster::WatchEvent> events_; ///< that have not been passed on
    BackOff back_off_;
    EventLoop::Clock::time_point watch_began_{};
    EventSource later_;
    EventSource pause_;
    std::optional<ApiRequest> request_;
};

} // namespace k8s_node::watch
