// Archives of container images, as `docker save`, `ctr images export` and their like write them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace k8s_node {

/// Returns the names that containerd gives to the images of an archive, sorted. `fd` is read from
/// its first byte. Throws Error (verification) for what is no such archive, and if an image in it
/// has no name, since no pod could then ask for it.
[[nodiscard]] std::vector<std::string> image_names(int fd);

/// Returns the names in an archive's `manifest.json` (Docker) or `index.json` (OCI). Pure.
[[nodiscard]] std::vector<std::string> docker_image_names(std::string_view json);
[[nodiscard]] std::vector<std::string> oci_image_names(std::string_view json);

/// Returns "docker.io/library/busybox:1" for "busybox:1": the name in full, as containerd has it.
[[nodiscard]] std::string full_image_name(const std::string& name);

} // namespace k8s_node
