#include "systemd/stability_watch.hpp"

#include <utility>

#include "journal/journal.hpp"

namespace k8s_node {

namespace {

std::string what_happened(const UnitState& state) {
    auto text = state.is_active() ? std::string("was restarted")
                                  : "is " + state.active + " (" + state.sub + ")";
    return state.result.empty() || state.result == "success" ? text : text + ": " + state.result;
}

} // namespace

StabilityWatch::StabilityWatch(const Bus& bus, ServiceManager& manager,
                               std::span<const std::string> units)
    : bus_(bus), manager_(manager), news_(units.begin(), units.end()),
      follower_(bus, units, {.changed = [this](const UnitCondition& condition) {
                    news_.insert(condition.unit);
                }}) {
    for (const auto& unit : units) {
        invocations_[unit] = manager.unit_state(unit).invocation_id;
    }
}

std::optional<UnitInstability> StabilityWatch::run(std::chrono::milliseconds window) {
    const auto end = EventLoop::Clock::now() + window;
    do {
        if (auto found = look_at_news()) {
            return found;
        }
    } while (bus_.loop().run_until([this] { return !news_.empty(); }, end));
    return std::nullopt;
}

std::optional<UnitInstability> StabilityWatch::look_at_news() {
    for (const auto& unit : std::exchange(news_, {})) {
        if (auto found = look_at(unit)) {
            return found;
        }
    }
    return std::nullopt;
}

/// The watched invocation must continue: another one means that systemd, or somebody, had to
/// start the unit again.
std::optional<UnitInstability> StabilityWatch::look_at(const std::string& unit) {
    const auto state = manager_.unit_state(unit);
    if (state.is_active() && state.invocation_id == invocations_.at(unit)) {
        return std::nullopt;
    }
    return describe_instability(state);
}

UnitInstability describe_instability(const UnitState& state) {
    auto excerpt = read_journal({state.name, {}, 0, 20});
    const auto reason = excerpt.reason.empty() ? "" : "; it says: " + excerpt.reason;
    return {state.name, what_happened(state) + reason, std::move(excerpt.lines)};
}

} // namespace k8s_node
