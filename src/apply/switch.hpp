// The one way to make a generation the current one. install, upgrade and
// rollback share it: it works from the generation alone and needs no YAML.
#pragma once

#include <functional>
#include <future>
#include <set>

#include "apply/generation_kind.hpp"
#include "health/outage.hpp"

namespace k8s_node {

/// What is to be done in the cluster, asked for beside everything else: the API
/// server's answers are most of the time of a run that finds nothing to do.
struct ClusterAnswers {
    std::future<std::vector<Change>> objects;
    std::future<std::vector<Change>> node; ///< as it is while its kubelet runs on
};

/// The arguments must outlive the result.
[[nodiscard]] ClusterAnswers ask_cluster(const Generation& next, const Generation& current,
                                         const System& system);

/// Host files, the switch itself, units, cluster objects and the wait for the
/// node: what there is to do for `target` to be current and running.
/// `replaced_paths` are files that units read and that change with the switch;
/// `cluster` comes from ask_cluster().
[[nodiscard]] std::vector<Change> check_switch(const Target& target, const Generation& current,
                                               const std::set<std::string>& replaced_paths,
                                               ClusterAnswers cluster, const System& system);

/// The same where nothing else changes with the switch.
[[nodiscard]] std::vector<Change> check_switch(const Target& target, const Generation& current,
                                               const System& system);

/// The same without asking the cluster, whose answers may take minutes now: all
/// objects are to be applied, and the node is to be waited for.
[[nodiscard]] std::vector<Change>
check_switch_unasked(const Target& target, const Generation& current, const System& system);

/// Before the switch: what will be owed, who owns what is about to be written,
/// then host files and links. The machine still runs what it ran.
void prepare_switch(const Plan& plan, const Target& target, System& system);

/// Publishes the target if it is new, remembers what was current before it,
/// points `current` at it, and has systemd read it.
void switch_generation(const Plan& plan, const Target& target, const Generation& current,
                       System& system);

/// After the switch: units, cluster objects, the wait for the node and, where
/// a node that worked was changed, the time in which it must stay well; then
/// it takes pods again if a run that drained it did not get so far.
/// Throws Error(not_ready) or UnitError.
void finish_switch(const Plan& plan, const Target& target, System& system);

/// The same where no generation was ever good, so that there is nothing to
/// protect: `bring_the_rest` is called when systemd has read the units, while
/// the store may still lack what they need. When it returns, all is there; what
/// it throws is no fault of the generation and ends the run.
void execute_first_switch(const Plan& plan, const Target& target, const Generation& current,
                          const std::function<void()>& bring_the_rest, System& system);

/// All of it, and the generation is marked good; if it does not become well,
/// the way back (see way_back.hpp). Returns how long the API server was away
/// where the plan restarts it, and adds that to what it throws.
std::optional<Outage> execute_switch(const Plan& plan, const Target& target,
                                     const Generation& current, System& system);

} // namespace k8s_node
