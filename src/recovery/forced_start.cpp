#include "recovery/forced_start.hpp"

#include <filesystem>
#include <system_error>

namespace k8s_node {

namespace fs = std::filesystem;

fs::path forcing_drop_in(const std::string& unit, const Root& root) {
    return root.at("/run/systemd/system/" + unit + ".d/90-k8s-node-recovery.conf");
}

void write_forcing_drop_in(const std::string& unit, const Root& root) {
    const auto path = forcing_drop_in(unit, root);
    make_directories(path.parent_path());
    write_file_atomically(path,
                          "# Written by k8s-node-install etcd recover, which removes it.\n"
                          "[Service]\n"
                          "Environment=ETCD_FORCE_NEW_CLUSTER=true\n"
                          "Restart=no\n",
                          {});
}

void remove_forcing_drop_in(const std::string& unit, const Root& root) {
    const auto path = forcing_drop_in(unit, root);
    fs::remove(path);
    std::error_code in_use; // somebody's own drop-ins
    fs::remove(path.parent_path(), in_use);
}

} // namespace k8s_node
