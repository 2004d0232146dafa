"""The parts that `app.bootstrap` puts together: settings become adapters here, and nowhere else."""
