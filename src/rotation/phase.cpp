#include "rotation/phase.hpp"

#include <array>
#include <utility>

#include "support/error.hpp"

namespace k8s_node {

namespace {

constexpr std::array<std::pair<Phase, const char*>, 3> names = {{
    {Phase::trust, "trust"},
    {Phase::use, "use"},
    {Phase::drop, "drop"},
}};

std::string command_for(const std::string& subject) {
    const bool is_authority = subject != "service-accounts" && subject != "encryption";
    return std::string("k8s-node-install certs ") + (is_authority ? "rotate-ca " : "rotate-key ") +
           subject;
}

Phase phase_to_finish(const std::string& subject, const std::optional<Rotation>& found) {
    if (!found) {
        throw Error("no rotation of " + subject + " has begun", ExitStatus::usage)
            .try_this(command_for(subject) + " begins one");
    }
    if (found->phase == Phase::trust || (found->phase == Phase::use && !found->settled)) {
        throw Error("the new key of " + subject +
                        " is not used everywhere yet, so the old one "
                        "cannot be dropped",
                    ExitStatus::unsuitable)
            .try_this(command_for(subject) + " without --finish goes on");
    }
    return Phase::drop;
}

} // namespace

const char* to_text(Phase phase) {
    for (const auto& [known, name] : names) {
        if (known == phase) {
            return name;
        }
    }
    return "";
}

std::optional<Phase> parse_phase(std::string_view text) {
    for (const auto& [phase, name] : names) {
        if (text == name) {
            return phase;
        }
    }
    return std::nullopt;
}

std::optional<Phase> next_phase(const std::string& subject, const std::optional<Rotation>& found,
                                Wish wish) {
    if (wish == Wish::finish) {
        return phase_to_finish(subject, found);
    }
    if (!found) {
        return Phase::trust;
    }
    if (!found->settled) {
        return found->phase;
    }
    return found->phase == Phase::trust ? std::optional(Phase::use) : std::nullopt;
}

std::string describe(const Rotation& rotation) {
    const std::string state =
        rotation.phase == Phase::trust ? "both are trusted, the old one is used"
        : rotation.phase == Phase::use ? "both are trusted, the new one is used"
                                       : "the new one alone is trusted";
    return rotation.settled ? state : "a run that makes this was interrupted: " + state;
}

std::string next_step(const Rotation& rotation) {
    const bool only_finish =
        rotation.phase == Phase::drop || (rotation.phase == Phase::use && rotation.settled);
    return command_for(rotation.subject) + (only_finish ? " --finish" : "");
}

} // namespace k8s_node
