import { configure } from '@testing-library/react';

// One second is too little where two files share a core; what never comes is still told.
configure({ asyncUtilTimeout: 20_000 });
