#include "rotation/two_authorities.hpp"

#include <algorithm>

#include "rotation/rotation_state.hpp"
#include "support/error.hpp"

namespace k8s_node {

bool works_with_two_authorities(const Generation& generation) {
    return std::ranges::none_of(generation.files, [](const auto& file) {
        const auto& [path, text] = file;
        return path.starts_with("units/") &&
               text.find("--cluster-signing-cert-file=") != std::string::npos &&
               text.find("pick-signer") == std::string::npos;
    });
}

void require_works_now(const Generation& generation, const Root& root) {
    const auto found = find_rotation(read_rotations(root), "ca");
    if (found && !works_with_two_authorities(generation)) {
        throw Error("the CA of the cluster is being replaced, and the controller manager of that "
                    "generation takes one CA only",
                    ExitStatus::unsuitable)
            .try_this("finish that first: " + next_step(*found));
    }
}

} // namespace k8s_node
