// The machine as the engine sees it: one handle per kind of effect.
#pragma once

#include "model/generation.hpp"
#include "model/node_spec.hpp"
#include "pki/pki.hpp"
#include "plan/plan.hpp"
#include "store/store.hpp"
#include "support/log.hpp"
#include "systemd/manager.hpp"

namespace k8s_node {

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
};

/// Reports one event of the run. `phase` is a word such as "fetch"; `message_id`
/// one of support/messages.hpp, for what operators search for.
void report(System& system, Priority priority, const std::string& phase, const std::string& object,
            const std::string& message, const std::string& message_id = {});

} // namespace k8s_node
