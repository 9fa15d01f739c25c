#include "plan/plan.hpp"

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "support/text.hpp"

namespace k8s_node {

const char* verb_of(ChangeKind kind) {
    switch (kind) {
    case ChangeKind::fetch:
        return "fetch";
    case ChangeKind::issue:
        return "issue";
    case ChangeKind::join:
        return "join";
    case ChangeKind::set_mode:
        return "mode";
    case ChangeKind::write_file:
        return "write";
    case ChangeKind::remove_file:
        return "remove";
    case ChangeKind::link:
        return "link";
    case ChangeKind::trigger:
        return "trigger";
    case ChangeKind::generation:
        return "generation";
    case ChangeKind::reload:
        return "reload";
    case ChangeKind::hand_over:
        return "hand-over";
    case ChangeKind::stop_unit:
        return "stop";
    case ChangeKind::start_unit:
        return "start";
    case ChangeKind::restart_unit:
        return "restart";
    case ChangeKind::apply_object:
        return "apply";
    case ChangeKind::remove_object:
        return "delete";
    case ChangeKind::admit:
        return "admit";
    case ChangeKind::update_node:
        return "update";
    case ChangeKind::start_pod:
        return "try";
    case ChangeKind::uncordon:
        return "uncordon";
    case ChangeKind::forget_token:
        return "forget";
    case ChangeKind::wait_node:
        break;
    }
    return "wait";
}

std::vector<Change> Plan::of(ChangeKind kind) const {
    std::vector<Change> out;
    std::copy_if(changes.begin(), changes.end(), std::back_inserter(out),
                 [&](const Change& change) { return change.kind == kind; });
    return out;
}

std::vector<Change> Plan::between(ChangeKind first, ChangeKind last) const {
    std::vector<Change> out;
    std::copy_if(changes.begin(), changes.end(), std::back_inserter(out),
                 [&](const Change& change) { return change.kind >= first && change.kind <= last; });
    return out;
}

namespace {

std::string padded(std::string text, std::size_t width) {
    text.resize(std::max(width, text.size()), ' ');
    return text;
}

std::string tally(const Plan& plan) {
    std::map<ChangeKind, std::size_t> counts;
    for (const auto& change : plan.changes) {
        ++counts[change.kind];
    }
    std::vector<std::string> parts;
    for (const auto& [kind, count] : counts) {
        parts.push_back(std::to_string(count) + " to " +
                        (kind == ChangeKind::wait_node    ? "wait for"
                         : kind == ChangeKind::generation ? "make current"
                                                          : verb_of(kind)));
    }
    return join(parts, ", ");
}

std::string warnings_text(const Plan& plan) {
    std::string out;
    for (const auto& finding : plan.findings) {
        out += finding.severity == Severity::error ? "  refused    " : "  warning    ";
        out += finding.text() + "\n";
    }
    for (const auto& effect : plan.lasting) {
        out += "  lasting    " + effect + "\n";
    }
    return out;
}

} // namespace

void append(std::vector<Change>& changes, std::vector<Change> more) {
    changes.insert(changes.end(), std::make_move_iterator(more.begin()),
                   std::make_move_iterator(more.end()));
}

std::string plan_text(const Plan& plan, bool with_diffs) {
    std::string notes;
    for (const auto& note : plan.notes) {
        notes += "Left alone: " + note + "\n";
    }
    if (plan.empty()) {
        return notes + "Nothing to do: " + plan.subject + " is as configured.\n";
    }
    std::string out = notes + "Plan for " + plan.subject + ":\n";
    for (const auto& change : plan.changes) {
        out += "  " + padded(verb_of(change.kind), 10) + " " + change.object;
        out += change.why.empty() ? "\n" : "  (" + change.why + ")\n";
        if (with_diffs) {
            for (const auto& line : split_lines(change.diff)) {
                out += "               " + line + "\n";
            }
        }
    }
    return out + tally(plan) + ".\n" + warnings_text(plan);
}

std::string plan_json(const Plan& plan) {
    nlohmann::ordered_json out;
    out["subject"] = plan.subject;
    out["changes"] = nlohmann::ordered_json::array();
    for (const auto& change : plan.changes) {
        out["changes"].push_back({{"action", verb_of(change.kind)},
                                  {"object", change.object},
                                  {"reason", change.why},
                                  {"diff", change.diff}});
    }
    out["notes"] = plan.notes;
    out["findings"] = to_json(plan.findings);
    out["lasting"] = plan.lasting;
    // A diff may show text that somebody else wrote in any encoding.
    return out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

} // namespace k8s_node
