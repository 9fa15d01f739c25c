#include "explaining/changes.hpp"

#include <algorithm>
#include <array>
#include <pwd.h>

#include "generations/generation_records.hpp"
#include "generations/generation_resource.hpp"
#include "support/messages.hpp"
#include "support/text.hpp"

namespace k8s_node {

namespace {

// Of systemd, by the IDs of sd-messages.h.
constexpr const char* unit_failed_by_itself = "d9b373ed55a64feb8242e02dbe79a49c";
constexpr const char* unit_restarted = "5eb03494b6584870a536b337290809b3";
constexpr const char* boot_finished = "b07a249cd024414a82dd00cd181378ff";
constexpr const char* clock_changed = "c7a787079b354eaaa9e77b371893cd27";

const std::vector<std::string>& told_ids() {
    static const std::vector<std::string> ids = {message::run_started,
                                                 message::run_finished,
                                                 message::run_failed,
                                                 message::plan_made,
                                                 message::keys_issued,
                                                 message::generation_switched,
                                                 message::etcd_recovered,
                                                 message::certificate_renewed,
                                                 message::certificate_needs_operator,
                                                 message::unit_hung,
                                                 message::restart_limit,
                                                 message::preflight_failed,
                                                 message::verification_failed,
                                                 message::unit_failed,
                                                 unit_failed_by_itself,
                                                 unit_restarted,
                                                 boot_finished,
                                                 clock_changed};
    return ids;
}

std::string field(const JournalRecord& record, const std::string& name) {
    const auto found = record.fields.find(name);
    return found == record.fields.end() ? "" : found->second;
}

std::string user_name(const std::string& id) {
    const auto number = parse_integer(id);
    const passwd* const user = number && *number >= 0 && *number < UINT32_MAX
                                   ? ::getpwuid(static_cast<uid_t>(*number))
                                   : nullptr;
    return user == nullptr ? "" : user->pw_name;
}

/// Returns the service, or else the user who logged in, or else the one whose process it was.
std::string who_ran(const JournalRecord& record) {
    const auto unit = field(record, "_SYSTEMD_UNIT");
    if (unit.ends_with(".service") && !unit.starts_with("user@")) {
        return unit;
    }
    const auto user = user_name(field(record, "_UID"));
    const auto login = user_name(field(record, "_AUDIT_LOGINUID"));
    return login.empty() || login == user ? user : login + " (as " + user + ")";
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

std::string rest_of_lines(const std::string& text) {
    const auto end = text.find('\n');
    return end == std::string::npos ? "" : replace_all(text.substr(end + 1), "\n", "; ");
}

bool is_event_by_itself(const std::string& id) {
    static const std::set<std::string> ids = {
        message::keys_issued,         message::etcd_recovered,
        message::certificate_renewed, message::certificate_needs_operator,
        message::unit_hung,           message::restart_limit};
    return ids.contains(id);
}

/// Runs that often find nothing to do: timers start some of them several times a day. What they do
/// has records of its own.
bool is_quiet(const std::string& verb) {
    return verb == "install" || verb == "upgrade" || verb == "certs" || verb == "etcd";
}

std::chrono::sys_seconds seconds_of(const JournalRecord& record) {
    return std::chrono::floor<std::chrono::seconds>(record.time);
}

/// Follows the records of runs, each of which is one process.
class Story {
public:
    Story(const GenerationRecords& generations, const std::set<std::string>& units)
        : generations_(generations), units_(units) {}

    void hear(const JournalRecord& record) {
        const auto id = field(record, "MESSAGE_ID");
        if (id == message::generation_switched) {
            tell_generation(record);
        } else if (id == message::plan_made) {
            changed_.insert(run_of(record));
        } else if (id == message::run_finished) {
            tell_end(record);
        } else if (id == message::run_failed) {
            tell(record, who_ran(record), first_line(field(record, "MESSAGE")),
                 rest_of_lines(field(record, "MESSAGE")));
        } else if (is_event_by_itself(id)) {
            tell(record, who_ran(record), first_line(field(record, "MESSAGE")), "");
        } else {
            hear_systemd(record, id);
        }
    }

    [[nodiscard]] bool has_told(int generation) const { return told_.contains(generation); }
    [[nodiscard]] std::vector<NodeEvent> take() { return std::move(events_); }

private:
    static std::string run_of(const JournalRecord& record) {
        return field(record, "_BOOT_ID") + "/" + field(record, "_PID");
    }

    void tell(const JournalRecord& record, const std::string& who, const std::string& what,
              const std::string& why) {
        events_.push_back({seconds_of(record), who, what, why});
    }

    void tell_generation(const JournalRecord& record) {
        const auto number = parse_integer(field(record, "K8S_NODE_OBJECT"));
        const auto found =
            number ? generations_.find(static_cast<int>(*number)) : generations_.end();
        const bool is_known = found != generations_.end();
        const bool is_new = is_known && told_.insert(found->first).second;
        tell(record, is_new ? found->second.invoking_user : who_ran(record),
             first_line(field(record, "MESSAGE")),
             is_new ? found->second.verb + ": " + found->second.summary : "");
    }

    /// A run that had nothing to do is no event.
    void tell_end(const JournalRecord& record) {
        const auto verb = field(record, "K8S_NODE_VERB");
        if (changed_.erase(run_of(record)) > 0 || !is_quiet(verb)) {
            tell(record, who_ran(record), first_line(field(record, "MESSAGE")), "");
        }
    }

    void hear_systemd(const JournalRecord& record, const std::string& id) {
        const auto unit = field(record, "UNIT");
        const auto text = first_line(field(record, "MESSAGE"));
        if (id == boot_finished && field(record, "_PID") == "1") {
            tell(record, "systemd", "the machine was booted", text);
        } else if (id == clock_changed) {
            tell(record, "systemd", "the clock was set", text);
        } else if ((id == unit_failed_by_itself || id == unit_restarted) && units_.contains(unit)) {
            tell(record, "systemd", text, "see: journalctl -u " + unit);
        }
    }

    const GenerationRecords& generations_;
    const std::set<std::string>& units_;
    std::set<std::string> changed_; ///< runs that had something to do
    std::set<int> told_;
    std::vector<NodeEvent> events_;
};

} // namespace

std::vector<NodeEvent> node_events(const std::vector<JournalRecord>& records,
                                   const GenerationRecords& generations,
                                   const std::set<std::string>& units,
                                   std::chrono::sys_seconds since) {
    Story story(generations, units);
    for (const auto& record : records) {
        story.hear(record);
    }
    std::vector<NodeEvent> events;
    for (const auto& [number, record] : generations) {
        if (!story.has_told(number) && record.created >= since) {
            events.push_back({record.created, record.invoking_user,
                              "generation " + std::to_string(number) + " was made",
                              record.verb + ": " + record.summary});
        }
        if (!record.reason.empty() && record.created >= since) {
            events.push_back({record.created, record.invoking_user,
                              "generation " + std::to_string(number) + " was given up",
                              first_line(record.reason)});
        }
    }
    auto told = story.take();
    events.insert(events.end(), told.begin(), told.end());
    std::stable_sort(events.begin(), events.end(),
                     [](const auto& one, const auto& other) { return one.time < other.time; });
    return events;
}

std::vector<NodeEvent> read_node_events(const Root& root, std::chrono::sys_seconds since) {
    GenerationRecords generations;
    for (const int number : generation_numbers(root)) {
        if (auto record = known_record(root, number)) {
            generations[number] = *std::move(record);
        }
    }
    std::set<std::string> units = {"k8s-node.target"};
    if (const auto manifest = installed_manifest(root)) {
        const auto names = unit_names(*manifest);
        units.insert(names.begin(), names.end());
    }
    std::vector<JournalRecord> records;
    if (root.is_host()) {
        records = read_records({told_ids(),
                                since,
                                {"K8S_NODE_VERB", "K8S_NODE_OBJECT", "K8S_NODE_HINT", "UNIT",
                                 "_UID", "_AUDIT_LOGINUID", "_SYSTEMD_UNIT", "_PID", "_BOOT_ID"}});
    }
    return node_events(records, generations, units, since);
}

} // namespace k8s_node
