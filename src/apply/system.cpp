#include "apply/system.hpp"

namespace k8s_node {

void report(const System& system, Priority priority, const std::string& phase,
            const std::string& object, const std::string& message) {
    system.events.report(
        {priority, message, {}, {{"K8S_NODE_PHASE", phase}, {"K8S_NODE_OBJECT", object}}});
}

} // namespace k8s_node
