// The machine as the engine sees it: one handle per kind of effect.
#pragma once

#include <chrono>

#include "model/generation.hpp"
#include "model/node_spec.hpp"
#include "pki/pki.hpp"
#include "plan/plan.hpp"
#include "store/store.hpp"
#include "support/log.hpp"
#include "systemd/manager.hpp"

namespace k8s_node {

/// What happens when a generation does not become well on a node that had a
/// good one.
enum class WayBack { take, stay };

/// How services that change are restarted: all at once, which takes the least
/// time, or one after another, each proving itself before the next is touched.
enum class Rollout { together, step_by_step };

/// What is said of this run in the record of a generation, and how it goes.
struct Run {
    std::string program_version{};
    std::string author{}; ///< "root", "anna (sudo)", "k8s-node-install.service"
    std::string verb{};   ///< "install"
    WayBack way_back = WayBack::take;
    Rollout rollout = Rollout::together;
    /// How long a changed node must stay well before its generation is good.
    std::chrono::milliseconds stable_for{std::chrono::seconds(5)};
    /// For a container runtime that says that it is not ready: this run may
    /// have restarted it.
    std::chrono::milliseconds runtime_patience{std::chrono::seconds(20)};
};

/// What is wanted. Refers to values that outlive the engine.
struct Desired {
    const NodeSpec& spec;
    const Generation& generation;
};

/// Whether a host file that we did not write may be replaced.
enum class ForeignFiles { refuse, replace };

struct System {
    Root root;
    Store store;
    Pki pki;
    ServiceManager* services; ///< nullptr where no systemd runs: units count as stopped
    EventSink& events;
    FetchObserver& fetches;
    FetchOptions fetch_options;
    ForeignFiles foreign_files = ForeignFiles::refuse;
    Run run{};
};

/// Reports one event of the run. `phase` is a word such as "fetch"; `message_id`
/// one of support/messages.hpp, for what operators search for.
void report(const System& system, Priority priority, const std::string& phase,
            const std::string& object, const std::string& message,
            const std::string& message_id = {});

} // namespace k8s_node
