// The only way to make a generation current. install, upgrade and rollback share it: it works from
// the generation alone and needs no YAML.
#pragma once

#include <functional>

#include "generations/generation_resource.hpp"
#include "health/outage.hpp"
#include "resources/resource_kind.hpp"

namespace k8s_node {

/// Begins to ask the cluster. The arguments must outlive the result.
[[nodiscard]] ClusterAnswers ask_cluster(const Generation& next, const Generation& current,
                                         const System& system);

/// Asks all kinds of resources, in their order, what must change. Throws Error if the machine holds
/// something that must not be touched.
void compare(Comparison& comparison, const System& system);

/// Returns what must be done for `target` to be current and running when nothing but the generation
/// changes: host files, the switch itself, units, cluster objects and the wait for the node.
[[nodiscard]] std::vector<Change> check_switch(const Target& target, const Generation& current,
                                               const System& system);

/// Like check_switch(), but without asking the cluster, whose answers may take minutes now: all
/// objects are applied, and the node is waited for.
[[nodiscard]] std::vector<Change>
check_switch_unasked(const Target& target, const Generation& current, const System& system);

/// Prepares the switch: records pending work and ownership, then writes host files and links. The
/// machine still runs what it ran.
void prepare_switch(const Plan& plan, const Target& target, System& system);

/// Publishes the target if it is new, records which generation was current before it, makes it
/// current, and has systemd reload.
void switch_generation(const Plan& plan, const Target& target, const Generation& current,
                       System& system);

/// Works after the switch: units, cluster objects, the wait for the node and, if a node that worked
/// was changed, the time in which it must stay up; then it is uncordoned if a run that drained it
/// was interrupted. Throws Error(not_ready) or UnitError.
void finish_switch(const Plan& plan, const Target& target, System& system);

/// Like execute_switch(), but for a node on which no generation was ever good, so that there is
/// nothing to protect: `fetch_the_rest` is called when systemd has read the units, while the store
/// may still lack what they need. When it returns, everything must be there; what it throws is no
/// fault of the generation and ends the run.
void execute_first_switch(const Plan& plan, const Target& target, const Generation& current,
                          const std::function<void()>& fetch_the_rest, System& system);

/// Makes the whole switch and marks the generation good; rolls back if it does not become ready
/// (see automatic_rollback.hpp). Returns the downtime of the API server if the plan restarts it,
/// and adds it to what it throws.
std::optional<Outage> execute_switch(const Plan& plan, const Target& target,
                                     const Generation& current, System& system);

} // namespace k8s_node
