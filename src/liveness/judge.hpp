// Decides which services are restarted because they do not answer, and why others are not. Pure.
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace k8s_node::liveness {

using Time = std::chrono::steady_clock::time_point; ///< of this boot

/// What counts as hung, and how much is done about it.
struct Rules {
    unsigned failures = 3;          ///< in a row that nothing else explains
    unsigned restarts_per_hour = 3; ///< of one unit; 0: never, what is found is only reported
    /// A service that has just been started may be slow; twice as long after each restart within
    /// the hour.
    std::chrono::milliseconds grace{60'000};
    /// What a change, or a service that others need, does to others may show later.
    std::chrono::milliseconds settling{30'000};
};

/// The services that each unit needs to answer, also through others.
using Reliance = std::map<std::string, std::set<std::string>>;

/// What one round of questions found out about a unit.
struct Seen {
    std::string unit;
    bool runs = true; ///< active, and nothing is being done to it; otherwise it was not asked
    Time since{};     ///< it has been in this state
    bool answered = true;
    std::string reason{}; ///< why it counts as not answered
    std::chrono::milliseconds took{0};
    bool operator==(const Seen&) const = default;
};

/// One round, in which all were asked at the same time.
struct Round {
    Time at{};                         ///< its end
    bool change = false;               ///< a run that may change the node held its lock
    std::chrono::milliseconds late{0}; ///< how late this program itself was at its timers
    std::vector<Seen> units{};
};

/// What is known of a unit from all rounds.
struct Record {
    Time since{};                 ///< its start, for which the following holds
    bool has_answered = false;    ///< ever
    unsigned in_a_row = 0;        ///< failures until now
    unsigned failures = 0;        ///< those of them that nothing else explains
    std::string excuse{};         ///< what explains the last one; empty for nothing
    bool is_hold_told = false;    ///< why nothing is done about these failures, once
    bool is_limit_told = false;   ///< likewise
    std::vector<Time> restarts{}; ///< by this program, within the last hour
    unsigned restarts_total = 0;  ///< since boot
    Seen last{};
    Time at{}; ///< of the last round
    bool operator==(const Record&) const = default;
};

enum class Action { restart, hold, give_up };

/// What is to be done or told about one unit; `reason` explains it to people.
struct Verdict {
    std::string unit;
    Action action = Action::hold;
    std::string reason{};
};

/// Remembers rounds. A failure counts only if nothing else explains it: a unit that was not asked,
/// a change, a loaded machine, a start shortly before, or the failure of a service that this one
/// needs.
class Judge {
public:
    using Records = std::map<std::string, Record>;

    /// `known` is what an earlier process of this boot knew.
    Judge(Rules rules, Reliance reliance, Records known = {});

    /// Takes a round in and returns what follows from it. A restart is taken for made.
    [[nodiscard]] std::vector<Verdict> judge(const Round& round);

    /// Forgets units that are watched no more.
    void keep_only(const std::vector<std::string>& units);

    [[nodiscard]] const Records& records() const noexcept { return records_; }

private:
    void take(const Seen& seen, Time at);
    [[nodiscard]] std::string excuse(const Record& record, const Round& round) const;
    [[nodiscard]] std::string start_excuse(const Record& record, Time now) const;
    [[nodiscard]] std::string needed_excuse(const Record& record, Time now) const;
    void excuse_all_if_many(const Round& round);
    [[nodiscard]] std::vector<Verdict> act(Record& record, Time now) const;

    Rules rules_;
    Reliance reliance_;
    Records records_;
    std::map<std::string, Time> unwell_; ///< when a unit last ran not, or did not answer
    Time change_{};                      ///< when one was last made
    bool has_changed_ = false;
};

} // namespace k8s_node::liveness
