#include "generations/system.hpp"

namespace k8s_node {

void report(const System& system, Priority priority, const std::string& phase,
            const std::string& object, const std::string& message, const std::string& message_id) {
    system.events.report(
        {priority, message, message_id, {{"K8S_NODE_PHASE", phase}, {"K8S_NODE_OBJECT", object}}});
}

} // namespace k8s_node
