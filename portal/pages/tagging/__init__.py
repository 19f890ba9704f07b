"""What resources' tags come to under the policies, and what is to be mended."""
