// Files made of what a program has found out.
#pragma once

#include <string>

namespace k8s_node {

/// Paths of a file to write, of its template and of lines "NAME=value".
struct FillOptions {
    std::string file;
    std::string from;
    std::string values;
};

/// Writes the file: the template, in which @NAME@ is replaced by the value of NAME, and
/// @NAME.network@ by the network of an address with a prefix length. A file that is as it shall be
/// is left alone. Throws Error; then nothing is written.
void fill_file(const FillOptions& options);

} // namespace k8s_node
