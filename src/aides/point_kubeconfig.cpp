#include "aides/point_kubeconfig.hpp"

#include <unistd.h>

#include "kubeconfig/kubeconfig.hpp"
#include "support/error.hpp"
#include "support/files.hpp"

namespace k8s_node {

void point_kubeconfig_file(const PointOptions& options) {
    const auto text = read_file_if_exists(options.file);
    if (!text) {
        return;
    }
    const auto wanted = with_context("naming the API server in " + options.file, [&] {
        return point_kubeconfig(*text, options.server, options.tls_server_name);
    });
    if (wanted != *text) {
        write_file_atomically(options.file, wanted, {0600, ::geteuid(), ::getegid()});
    }
}

} // namespace k8s_node
