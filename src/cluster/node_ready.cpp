#include "cluster/node_ready.hpp"

#include <algorithm>
#include <optional>

#include "cluster/api_error.hpp"
#include "cluster/json_text.hpp"
#include "cluster/watch_parser.hpp"
#include "support/time.hpp"

namespace k8s_node::cluster {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds shortest_pause{100};
constexpr milliseconds longest_pause{2'000};
/// The server ends a watch after this time; one LIST then confirms the state.
constexpr seconds longest_watch{300};

std::string resource_version(const Json& object) {
    return object.is_object() ? text_at(object.value("metadata", Json{}), "resourceVersion") : "";
}

/// Returns the Ready condition of a Node object; an empty one if there is none.
Json ready_condition(const Json& node) {
    const auto pointer = Json::json_pointer("/status/conditions");
    if (node.is_object() && node.contains(pointer)) {
        for (const auto& condition : node.at(pointer)) {
            if (text_at(condition, "type") == "Ready") {
                return condition;
            }
        }
    }
    return Json::object();
}

constexpr std::chrono::sys_seconds seconds_zero{};

/// Follows the state of one node by events until it is Ready.
class ReadyWait {
public:
    ReadyWait(EventLoop& loop, ApiClient& client, std::string_view name, Clock::time_point deadline,
              const NodeObserver& observer, const ReadyWanted& wanted)
        : loop_(loop), client_(client), name_(name), deadline_(deadline), observer_(observer),
          wanted_(wanted) {}

    void run() {
        while (!is_held()) {
            if (Clock::now() >= deadline_) {
                throw_not_ready();
            }
            const auto began = Clock::now();
            try {
                list_and_watch();
            } catch (const ConnectionError& error) {
                lose_connection(error);
            } catch (const ApiError& error) {
                if (!error.is_temporary()) {
                    throw;
                }
                lose_connection(error);
            }
            pause_after_round(began);
        }
    }

private:
    [[nodiscard]] bool is_ready() const { return last_ && last_->phase == NodePhase::ready; }

    [[nodiscard]] bool is_held() const {
        return is_ready() && Clock::now() >= ready_since_ + wanted_.hold;
    }

    void see(NodeState state) {
        if (last_ != state) {
            last_ = std::move(state);
            ready_since_ = Clock::now();
            observer_(*last_);
        }
    }

    void see_node(const Json& node) {
        auto state = state_of_node(node);
        if (state.phase == NodePhase::ready &&
            heartbeat_of_node(node).value_or(seconds_zero) < wanted_.reported_since) {
            state = {NodePhase::not_ready, "", "its kubelet has not reported since it started"};
        }
        see(std::move(state));
    }

    void lose_connection(const Error& error) {
        // A request that the deadline aborted says nothing about the server.
        if (!last_ || Clock::now() < deadline_) {
            see({NodePhase::unreachable, "", error.message()});
        }
    }

    /// A server that is down refuses at once, and no event tells when it is back, so such rounds
    /// are spaced out. After a long watch it is fine to ask again at once.
    void pause_after_round(Clock::time_point began) {
        const auto now = Clock::now();
        if (is_held() || now - began > longest_pause) {
            pause_ = shortest_pause;
            return;
        }
        loop_.pause_until(std::min(now + pause_, deadline_));
        pause_ = std::min(pause_ * 2, longest_pause);
    }

    void list_and_watch() {
        const auto list = read_list();
        const auto items = list.find("items");
        if (items == list.end() || !items->is_array() || items->empty()) {
            see({NodePhase::unregistered, "", ""});
        } else {
            see_node(items->front());
        }
        if (!is_held()) {
            watch(resource_version(list));
        }
    }

    /// Streamed like the watch, so that the deadline applies to it, too.
    Json read_list() {
        std::string body;
        const auto reply = client_.transport().stream({"GET", nodes_path()}, deadline_,
                                                      [&](std::string_view chunk) {
                                                          body.append(chunk);
                                                          return Flow::go_on;
                                                      });
        if (reply.status != 200) {
            throw api_error(reply, "list node " + name_);
        }
        auto list = Json::parse(body, nullptr, /*allow_exceptions=*/false);
        if (!list.is_object()) {
            throw ConnectionError("the API server aborted the list of node " + name_);
        }
        return list;
    }

    [[nodiscard]] std::string nodes_path() const {
        return "/api/v1/nodes?fieldSelector=metadata.name%3D" + escape_segment(name_);
    }

    void watch(const std::string& from_version) {
        const auto until =
            is_ready() ? std::min(deadline_, ready_since_ + wanted_.hold) : deadline_;
        const auto left = std::chrono::ceil<seconds>(until - Clock::now());
        const auto time = std::clamp(left, seconds{1}, longest_watch);
        const HttpRequest request{
            "GET", nodes_path() + "&watch=true&resourceVersion=" + escape_segment(from_version) +
                       "&timeoutSeconds=" + std::to_string(time.count())};
        WatchParser parser;
        const auto reply = client_.transport().stream(
            request, until, [&](std::string_view chunk) { return take(parser.feed(chunk)); });
        if (reply.status != 200 && reply.status != 410) { // 410 Gone: list again
            throw api_error(reply, "watch node " + name_);
        }
    }

    /// Ends the watch when readiness changes, because another deadline applies then.
    Flow take(const std::vector<WatchEvent>& events) {
        const bool was_ready = is_ready();
        for (const auto& event : events) {
            switch (event.type) {
            case WatchEventType::added:
            case WatchEventType::modified:
                see_node(event.object);
                break;
            case WatchEventType::deleted:
                see({NodePhase::unregistered, "", ""});
                break;
            case WatchEventType::bookmark:
                break;
            case WatchEventType::error:
                if (event.is_gone()) {
                    return Flow::stop;
                }
                throw ConnectionError("the API server ended the watch of node " + name_ + ": " +
                                      text_at(event.object, "message"));
            }
            if (is_ready() != was_ready) {
                return Flow::stop;
            }
        }
        return Flow::go_on;
    }

    [[noreturn]] void throw_not_ready() const {
        const auto state = last_.value_or(NodeState{});
        Error error("node " + name_ + " did not become ready in time: " + state.text(),
                    ExitStatus::not_ready);
        error.try_this(state.phase == NodePhase::unreachable
                           ? "check the API server's journal: journalctl -u kube-apiserver"
                           : "check the kubelet's journal: journalctl -u kubelet");
        throw error;
    }

    EventLoop& loop_;
    ApiClient& client_;
    std::string name_;
    Clock::time_point deadline_;
    const NodeObserver& observer_;
    ReadyWanted wanted_;
    std::optional<NodeState> last_;
    Clock::time_point ready_since_{}; ///< if it is ready now
    milliseconds pause_ = shortest_pause;
};

} // namespace

std::string NodeState::text() const {
    switch (phase) {
    case NodePhase::unreachable:
        return message.empty() ? "the API server was not asked yet" : message;
    case NodePhase::unregistered:
        return "the kubelet has not registered it yet";
    case NodePhase::ready:
        return "ready";
    case NodePhase::not_ready:
        break;
    }
    if (message.empty()) {
        return reason.empty() ? "the kubelet has not reported its state yet" : reason;
    }
    return reason.empty() ? message : message + " (" + reason + ")";
}

NodeState state_of_node(const Json& node) {
    const auto condition = ready_condition(node);
    const bool ready = text_at(condition, "status") == "True";
    return {ready ? NodePhase::ready : NodePhase::not_ready, text_at(condition, "reason"),
            text_at(condition, "message")};
}

std::string changed_state_at(const Json& node) {
    return text_at(ready_condition(node), "lastTransitionTime");
}

std::optional<std::chrono::sys_seconds> heartbeat_of_node(const Json& node) {
    return parse_utc(text_at(ready_condition(node), "lastHeartbeatTime"));
}

void wait_for_node_ready(EventLoop& loop, ApiClient& client, std::string_view name,
                         Clock::time_point deadline, const NodeObserver& observer,
                         const ReadyWanted& wanted) {
    ReadyWait(loop, client, name, deadline, observer, wanted).run();
}

} // namespace k8s_node::cluster
