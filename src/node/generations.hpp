// Generations: shown, compared, collected, gone back to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "health/outage.hpp"
#include "model/generation_record.hpp"
#include "node/verbs.hpp"

namespace k8s_node {

struct GenerationInfo {
    int number = 0;
    std::optional<GenerationRecord> record; ///< nullopt: an older program made it
    std::string profile;
    std::string release;
    bool current = false;
    bool booted = false;  ///< the one that this boot uses
    std::string damage{}; ///< why it cannot be gone back to; empty if it can
};

/// All generations, lowest number first. Damage is told, not thrown.
[[nodiscard]] std::vector<GenerationInfo> list_generations(const Root& root);

/// What differs between two generations, file by file with the lines.
/// Throws Error(usage) for a number that is not there.
[[nodiscard]] std::string compare_generations(const Root& root, int before, int after);

/// How many good generations are kept if nobody says.
inline constexpr std::size_t generations_kept = 5;

/// Removes all generations but the newest `keep` good ones, the current one and
/// the one before it, the booted one, and failed ones newer than the current:
/// what install says when it tries such a one again is in their records.
/// Returns the numbers.
std::vector<int> collect_generations(const NodeOptions& options, std::size_t keep,
                                     EventSink& events);
/// The same, by who holds the lock.
std::vector<int> collect_generations_locked(const Root& root, std::size_t keep);

struct RollbackResult {
    std::optional<int> from;
    int to = 0;
    Plan plan;                          ///< empty: it was current and running
    std::optional<Outage> api_outage{}; ///< nullopt: the API server was left alone
};

/// Makes an earlier generation current again: `number`, or the newest good one
/// below the current. Needs no configuration. Throws Error (usage) when there
/// is no such generation, (verification) when it is damaged or its programs
/// are gone, and as install does when the node does not become well.
RollbackResult rollback(const NodeOptions& options, std::optional<int> number,
                        const Reporting& reporting, const OnPlan& on_plan);

/// The generation that the kernel command line chose for this boot.
[[nodiscard]] std::optional<int> pinned_generation(const Root& root);

/// Throws Error(unsuitable) in such a boot: what is current is covered then.
void refuse_pinned_boot(const Root& root);

} // namespace k8s_node
