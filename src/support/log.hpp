// Where events go. Libraries report through this interface and never choose
// a destination; cli/ wires it to the terminal and the journal.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace k8s_node {

/// The syslog(3) priorities in use here.
enum class Priority : int { error = 3, warning = 4, notice = 5, info = 6, debug = 7 };

/// One event: a message for people and journal fields for programs, e.g. {"K8S_NODE_PHASE",
/// "fetch"}. Field names follow systemd.journal-fields(7).
struct Event {
    Priority priority = Priority::info;
    std::string message;
    std::string message_id; ///< 128-bit id in hex, empty for none (journal catalogue)
    std::vector<std::pair<std::string, std::string>> fields;
};

class EventSink {
public:
    EventSink() = default;
    EventSink(const EventSink&) = delete;
    EventSink& operator=(const EventSink&) = delete;
    EventSink(EventSink&&) = delete;
    EventSink& operator=(EventSink&&) = delete;
    virtual ~EventSink() = default;

    /// Called by the thread of the run's loop only. Must not throw.
    virtual void report(const Event& event) noexcept = 0;
};

/// For questions, which have nothing to report.
class NoEvents final : public EventSink {
public:
    void report(const Event& /*event*/) noexcept override {}
};

} // namespace k8s_node
