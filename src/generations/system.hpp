// The machine as the engine sees it: one handle per kind of effect.
#pragma once

#include <chrono>
#include <memory>

#include "loop/event_loop.hpp"
#include "model/generation.hpp"
#include "model/node_spec.hpp"
#include "pki/pki.hpp"
#include "plan/plan.hpp"
#include "store/store.hpp"
#include "support/log.hpp"
#include "systemd/manager.hpp"

namespace k8s_node {

struct JoinData;

/// Controls the rollback to a good generation when a new one does not become ready.
enum class AutomaticRollback { enabled, disabled };

/// How changed services are restarted: all at once, which takes the least time, or one after
/// another, each of them proving stable before the next is touched.
enum class Rollout { together, step_by_step };

/// Options of a run, and its description in the record of a generation.
struct Run {
    std::string program_version{};
    std::string invoking_user{}; ///< "root", "anna (sudo)", "k8s-node-install.service"
    std::string verb{};          ///< "install"
    AutomaticRollback automatic_rollback = AutomaticRollback::enabled;
    Rollout rollout = Rollout::together;
    /// How long a changed node must stay up before its generation is good.
    std::chrono::milliseconds stable_for{std::chrono::seconds(5)};
    /// How long a container runtime may report that it is not ready: this run may have restarted
    /// it.
    std::chrono::milliseconds runtime_patience{std::chrono::seconds(20)};
};

/// The desired state. Refers to values that must outlive the engine.
struct Desired {
    const NodeSpec& spec;
    const Generation& generation;
};

/// Controls the replacement of host files that we did not write.
enum class ForeignFiles { refuse, replace };

struct System {
    Root root;
    Store store;
    Pki pki;
    ServiceManager* services; ///< nullptr where no systemd runs: units count as stopped
    EventLoop& loop;          ///< everything that waits does so here, the services too
    EventSink& events;
    FetchObserver& fetches;
    FetchOptions fetch_options;
    ForeignFiles foreign_files = ForeignFiles::refuse;
    Run run{};
    std::shared_ptr<const JoinData> join_data{}; ///< complete; nullptr if this run has none
};

/// Reports one event of the run. `phase` is a single word such as "fetch"; `message_id` is one of
/// support/messages.hpp, for events that operators search for.
void report(const System& system, Priority priority, const std::string& phase,
            const std::string& object, const std::string& message,
            const std::string& message_id = {});

} // namespace k8s_node
