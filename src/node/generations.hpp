// Generations: shown, compared, collected, rolled back to.
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
    std::optional<GenerationRecord> record; ///< nullopt: made by an older program
    std::string profile;
    std::string release;
    bool current = false;
    bool booted = false;  ///< the one that this boot uses
    std::string damage{}; ///< why it cannot be rolled back to; empty if it can
};

/// Returns all generations, lowest number first. Damage is reported in the result, not thrown.
[[nodiscard]] std::vector<GenerationInfo> list_generations(const Root& root);

/// Returns the differences between two generations, file by file with the lines. Throws
/// Error(usage) for a number that does not exist.
[[nodiscard]] std::string compare_generations(const Root& root, int before, int after);

/// The default number of good generations to keep.
inline constexpr std::size_t generations_kept = 5;

/// Removes all generations but the newest `keep` good ones, the current one and the one before it,
/// the booted one, and failed ones newer than the current: their records hold the reason, which
/// install reports when it tries them again. Returns the numbers.
std::vector<int> collect_generations(const NodeOptions& options, std::size_t keep,
                                     EventSink& events);
/// Like collect_generations(), for a caller that holds the lock.
std::vector<int> collect_generations_locked(const Root& root, std::size_t keep);

struct RollbackResult {
    std::optional<int> from;
    int to = 0;
    Plan plan;                          ///< empty: it was current and running
    std::optional<Outage> api_outage{}; ///< nullopt: the API server was not restarted
};

/// Makes an earlier generation current again: `number`, or the newest good one below the current.
/// Needs no configuration. Throws Error (usage) if there is no such generation, (verification) if
/// it is damaged or its programs are gone, and like install if the node does not become ready.
RollbackResult rollback(const NodeOptions& options, std::optional<int> number,
                        const Reporting& reporting, const OnPlan& on_plan);

/// Returns the generation that the kernel command line selects for this boot.
[[nodiscard]] std::optional<int> pinned_generation(const Root& root);

/// Throws Error(unsuitable) in such a boot, in which that generation hides the current one.
void refuse_pinned_boot(const Root& root);

} // namespace k8s_node
