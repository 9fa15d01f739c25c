#include <filesystem>

#include "configuration/layers.hpp"
#include "node/verbs.hpp"

namespace k8s_node {

void refuse_contradiction(const NodeOptions& options) {
    if (!options.release) {
        return;
    }
    auto configured = options;
    configured.release.reset();
    Diagnostics diagnostics;
    const auto chosen = chosen_release(load_layers(configured, diagnostics));
    diagnostics.throw_if_any();
    const auto wanted = options.release->find('/') == std::string::npos
                            ? *options.release
                            : std::filesystem::path(*options.release).stem().string();
    if (chosen && chosen->at.line > 0 && chosen->name != wanted) {
        diagnostics.add(chosen->at,
                        "the configuration says release " + chosen->name + ", not " + wanted,
                        "change it here and leave out --to, so that the next install does not "
                        "return to " +
                            chosen->name);
    }
    diagnostics.throw_if_any();
}

} // namespace k8s_node
